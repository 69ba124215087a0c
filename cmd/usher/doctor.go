package main

import (
	"fmt"

	"usher/internal/app"
	"usher/internal/doctor"
)

type doctorCmd struct {
	SendTo string `placeholder:"ADDRESS" help:"Also send a test message there, through the mail server that is set: usher doctor --send-to you@firm.example"`
}

// Validate refuses what is no address before anything is looked at.
func (d doctorCmd) Validate() error {
	if d.SendTo != "" && !app.ValidAddress(d.SendTo) {
		return fmt.Errorf("--send-to: %q is not an e-mail address like you@firm.example", d.SendTo)
	}
	return nil
}

// Run prints a line for each finding, and fails when one is a problem.
func (d doctorCmd) Run(c *call) error {
	counts := map[doctor.Level]int{}
	tell := func(f doctor.Finding) {
		counts[f.Level]++
		_, _ = fmt.Fprintf(c.stdout, "%-8s %-15s %s\n", f.Level, f.About, f.Text)
		if f.Do != "" {
			_, _ = fmt.Fprintf(c.stdout, "%-8s %-15s -> %s\n", "", "", f.Do)
		}
	}
	cfg, err := c.config()
	if err != nil {
		for _, f := range doctor.Settings(err) {
			tell(f)
		}
	} else if err := app.Doctor(c.ctx, cfg, d.SendTo, tell); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(c.stdout, "%d problems, %d warnings, %d notes\n", counts[doctor.Problem], counts[doctor.Warning], counts[doctor.Note])
	if n := counts[doctor.Problem]; n > 0 {
		return fmt.Errorf("%d problems", n)
	}
	return nil
}
