package system

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// The bounds beyond which something is amber, or red.
const (
	lowShare   = 10      // per cent of the file system
	lowBytes   = 1 << 30 // or this
	oldBackup  = 7 * 24 * time.Hour
	aheadAtAll = time.Minute // a clock is set in small steps, too
)

func one(about About, level Level, code, text, remedy string) []Finding {
	return []Finding{{about, level, code, text, remedy}}
}

func fine(about About, text string) []Finding { return one(about, Green, "ok", text, "") }

func intake(f Facts) []Finding {
	if f.Stopped {
		return one(Intake, Red, "stopped", "The disk failed to confirm a write, so no lead is stored until the restart.",
			"Look at the disk (dmesg, smartctl), then restart Usher.")
	}
	return fine(Intake, "Leads are taken.")
}

func outbox(f Facts) []Finding {
	if f.Known == nil {
		return nil
	}
	var found []Finding
	if !f.Sends {
		found = append(found, Finding{Outbox, Amber, "captured", "There is no mail server: messages are kept in the outbox and not sent.",
			"Set USHER_SMTP_URL and USHER_MAIL_FROM, and restart."})
	}
	if n := f.Known.Mail.Stuck; n > 0 {
		found = append(found, Finding{Outbox, Amber, "stuck", count(n, "message has", "messages have") + " been unsent for ten minutes or longer.",
			"See the reason in the outbox: /app/outbox?state=retrying."})
	}
	if n := f.Known.Mail.Dead; n > 0 {
		found = append(found, Finding{Outbox, Amber, "dead", count(n, "message was", "messages were") + " given up.",
			"See the reason in the outbox, and try again: /app/outbox?state=dead."})
	}
	if found == nil {
		return fine(Outbox, "Mail goes out.")
	}
	return found
}

func disk(f Facts) []Finding {
	const remedy = "Make room on the file system of the data directory, or move it to a larger one."
	if f.Space == nil {
		return one(Disk, Red, "unknown", "The free space can't be asked for, so no lead is stored.", "Look at the data directory and its disk: usher doctor.")
	}
	s := *f.Space
	free := fmt.Sprintf("%s of %s are free.", bytes(s.Free), bytes(s.Total))
	switch {
	case s.Free < s.Needed:
		return one(Disk, Red, "full", fmt.Sprintf("%s are free and %s are needed, so no lead is stored.", bytes(s.Free), bytes(s.Needed)), remedy)
	case s.Free < lowBytes || s.Free/lowShare < s.Total/100:
		return one(Disk, Amber, "low", free, remedy)
	}
	return fine(Disk, free)
}

func database(f Facts) []Finding {
	if f.Known == nil {
		return one(Database, Red, "no_answer", "The database doesn't answer.", "See the server's log, and run usher doctor.")
	}
	return fine(Database, fmt.Sprintf("The database answers. It has %s.", Size(f.Known.Extent.Bytes)))
}

func backups(f Facts) []Finding {
	const remedy = "Run usher backup /backups/usher.tar, and let cron or systemd do it every night: docs/operations.md, Backup."
	if f.Known == nil {
		return nil
	}
	b := f.Known.Backup
	if b == nil {
		return one(Backups, Amber, "never", "No backup was ever made.", remedy)
	}
	var found []Finding
	if age := f.Now.Sub(b.TakenAt); age > oldBackup {
		found = append(found, Finding{Backups, Amber, "old", fmt.Sprintf("The last backup is %d days old.", int(age.Hours()/24)), remedy})
	}
	if b.Damaged > 0 {
		found = append(found, Finding{Backups, Amber, "damaged", count(b.Damaged, "resume was", "resumes were") + " missing or damaged when the last backup was made.",
			"Run usher verify, which names them, and take them from an older backup."})
	}
	if found == nil {
		return fine(Backups, "The last backup is younger than a week.")
	}
	return found
}

func clock(f Facts) []Finding {
	if f.Known == nil {
		return nil
	}
	if ahead := f.Known.Newest.Sub(f.Now); !f.Known.Newest.IsZero() && ahead > aheadAtAll {
		return one(Clock, Red, "behind", fmt.Sprintf("The clock is %v behind the newest thing that was stored: it is wrong, or was.", ahead.Round(time.Second)),
			"Set the clock and keep it right (timedatectl set-ntp true): links and sign-ins depend on it.")
	}
	return fine(Clock, "The clock is not behind what was stored.")
}

func address(f Facts) []Finding {
	base := f.BaseURL
	if f.ReachedBy != "" && !sameHost(base, f.ReachedBy) {
		return one(Address, Amber, "other_host", fmt.Sprintf("You came by %s, and links in mails lead to %s.", f.ReachedBy, base.Host),
			"Set USHER_BASE_URL to the address that people use, or let the proxy pass the Host header on.")
	}
	return fine(Address, fmt.Sprintf("Links lead to %s.", base.Host))
}

// sameHost compares hosts with their ports, and knows the port that a scheme has.
func sameHost(base *url.URL, host string) bool {
	full := func(host string) string {
		host = strings.ToLower(host)
		if _, _, err := net.SplitHostPort(host); err == nil {
			return host
		}
		port := "80"
		if base.Scheme == "https" {
			port = "443"
		}
		return net.JoinHostPort(strings.Trim(host, "[]"), port)
	}
	return full(base.Host) == full(host)
}

func settings(f Facts) []Finding {
	var found []Finding
	for _, w := range f.Warnings {
		found = append(found, Finding{Settings, Amber, w.Code, w.Text + ".", w.Do + "."})
	}
	if found == nil {
		return fine(Settings, "No setting is dangerous.")
	}
	return found
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func bytes(n uint64) string { return Size(int64(min(n, 1<<62))) }
