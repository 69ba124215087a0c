package main

import (
	"errors"
	"fmt"
)

type migrateCmd struct {
	DryRun bool `help:"Only print which migrations would be applied."`
}

// Run brings the schema up to date, as the owner of the data directory.
func (m migrateCmd) Run(c *call) (err error) {
	a, err := c.open(!m.DryRun)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	steps, err := a.Migrations(c.ctx)
	if err != nil {
		return err
	}
	for _, s := range steps {
		state := "pending"
		if s.Applied {
			state = "applied"
		}
		if _, err := fmt.Fprintf(c.stdout, "%s  %s\n", state, s.Name); err != nil {
			return err
		}
	}
	return nil
}

type verifyCmd struct{}

// Run verifies the data and says what is lost.
func (verifyCmd) Run(c *call) (err error) {
	a, err := c.open(false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	progress := c.progress("leads")
	report, err := a.Verify(c.ctx, func(done, of int) { progress(int64(done), int64(of)) })
	if err != nil {
		return err
	}
	for _, line := range report.Leftover {
		_, _ = fmt.Fprintln(c.stdout, "left over (may belong to a running request):", line)
	}
	for _, line := range report.Damage {
		_, _ = fmt.Fprintln(c.stdout, "damaged:", line)
	}
	_, _ = fmt.Fprintf(c.stdout, "%d leads, %d resumes whole, %d findings, %d left over\n",
		report.Leads, report.Resumes, len(report.Damage), len(report.Leftover))
	if n := len(report.Damage); n > 0 {
		return fmt.Errorf("%d findings", n)
	}
	return nil
}
