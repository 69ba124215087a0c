package main

import (
	"errors"
	"fmt"
	"os"

	"usher/internal/app"
)

type backupCmd struct {
	File string `arg:"" help:"The file to write. One that is there is not replaced."`
}

// Validate refuses what names no file.
func (b backupCmd) Validate() error {
	if b.File == "" || b.File == "-" {
		return errors.New("name the file to write, such as firm.tar")
	}
	return nil
}

// Run backs up beside a server.
func (b backupCmd) Run(c *call) (err error) {
	a, err := c.open(false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	made, err := a.Backup(c.ctx, b.File, c.progress("bytes"))
	if err != nil {
		return err
	}
	for _, line := range made.Findings {
		_, _ = fmt.Fprintln(c.stdout, "damaged:", line)
	}
	_, _ = fmt.Fprintf(c.stdout, "%d leads, %s, as of %s, are in %s\n",
		made.End.Leads, megabytes(made.Manifest.Bytes), made.Manifest.Taken.Format(timeFormat), b.File)
	c.aboutKey(made.Manifest.Key)
	if n := len(made.Findings); n > 0 {
		return fmt.Errorf("%d findings; all else is in the backup", n)
	}
	return nil
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }

const timeFormat = "2006-01-02 15:04:05 MST"

// aboutKey says where the secret key is, and never what it is.
func (c *call) aboutKey(inside bool) {
	if inside {
		_, _ = fmt.Fprintln(c.stdout, "The secret key is inside.")
		return
	}
	_, _ = fmt.Fprintln(c.stdout, "The secret key is not inside, because there was none in the data directory. "+
		"If USHER_SECRET_KEY sets it, keep it yourself: without it all tokens and links end.")
}

type restoreCmd struct {
	File string `arg:"" help:"The backup. /dev/stdin reads it from a pipe."`
}

// Run restores as the owner of a data directory that is still empty.
func (r restoreCmd) Run(c *call) (err error) {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	file, err := os.Open(r.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	read, bytes, leads := int64(0), c.progress("bytes"), c.progress("leads")
	progress := app.Progress{
		Read:     func(n int64) { read += n; bytes(read, max(read, info.Size())) },
		Verified: func(done, of int) { leads(int64(done), int64(of)) },
	}
	restored, err := app.Restore(c.ctx, cfg, version, app.Env{Log: c.log(cfg.LogFormat)}, file, progress)
	if err != nil {
		return err
	}
	return r.report(c, cfg.DataDir, restored)
}

func (r restoreCmd) report(c *call, place string, restored app.Restored) error {
	for _, line := range restored.Report.Damage {
		_, _ = fmt.Fprintln(c.stdout, "damaged:", line)
	}
	_, _ = fmt.Fprintf(c.stdout, "%d leads, %d resumes whole, %d findings, %s, as of %s, are in %s\n", restored.Report.Leads, restored.Report.Resumes,
		len(restored.Report.Damage), megabytes(restored.Manifest.Bytes), restored.Manifest.Taken.Format(timeFormat), place)
	_, _ = fmt.Fprintf(c.stdout, "Whoever was erased after %s has to be erased again. Mail that was pending then will be sent, perhaps once more.\n",
		restored.End.Erased.Format(timeFormat))
	c.aboutKey(restored.Manifest.Key)
	if n := len(restored.Report.Damage); n > 0 {
		return fmt.Errorf("%d findings; all else is restored", n)
	}
	return nil
}
