package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// server tells whether one runs on this data and answers where the settings say.
func (e *exam) server(ctx context.Context) []Finding {
	host, port, err := net.SplitHostPort(e.Config.Listen)
	if err != nil {
		return nil // the settings were checked
	}
	e.serving = held(e.Lock)
	if port == "0" {
		return one(Note, "USHER_LISTEN has port 0: each start chooses one.", "")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	local := &url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}
	_, e.answers, err = e.healthy(ctx, local)
	switch {
	case e.serving && e.answers:
		return one(OK, "A server runs on this data and answers on "+e.Config.Listen+".", "")
	case e.serving:
		return one(Problem, fmt.Sprintf("Somebody holds the data directory, and no server answers on %s (%v).", e.Config.Listen, err),
			"Give usher doctor the settings that the server has; if it has these, restart it and read its log. A migration holds the directory too.")
	case e.answers:
		return one(Warning, "Another Usher answers on "+e.Config.Listen+": it doesn't serve this data.", "Set USHER_DATA_DIR or USHER_LISTEN to what the server has.")
	}
	return e.free(ctx)
}

// free tries the listen address, where nobody serves.
func (e *exam) free(ctx context.Context) []Finding {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", e.Config.Listen)
	switch {
	case errors.Is(err, unix.EADDRINUSE):
		return one(Problem, e.Config.Listen+" is in use by another program.", "Stop it (ss -ltnp shows it), or set USHER_LISTEN to another address.")
	case errors.Is(err, unix.EACCES):
		return one(Problem, "This user may not listen on "+e.Config.Listen+".", "Set USHER_LISTEN to a port above 1023 and put a proxy in front.")
	case err != nil:
		return one(Problem, fmt.Sprintf("Nobody can listen on %s: %v.", e.Config.Listen, err), "Set USHER_LISTEN to an address of this machine.")
	}
	_ = listener.Close()
	return one(Note, "No server runs on this data.", "Start it with: usher serve")
}

// held tells whether somebody owns the data directory. It asks for a shared lock
// and gives it back at once; a lock file that isn't there is not made.
func held(lock string) bool {
	f, err := os.Open(lock)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	return errors.Is(unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB), unix.EWOULDBLOCK)
}

const (
	webLimit = 5 * time.Second
	// maxPage is how much of an answer is read.
	maxPage = 64 << 10
)

// client asks as a stranger would: no proxy of the environment, no redirect
// followed, no connection kept.
func client() *http.Client {
	return &http.Client{
		Timeout: webLimit, Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true, ExpectContinueTimeout: webLimit},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// listenPort is the port of the setting, and 0 when there is none.
func listenPort(listen string) int {
	_, port, _ := net.SplitHostPort(listen)
	n, _ := strconv.Atoi(port)
	return n
}
