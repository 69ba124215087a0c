package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"usher/internal/app"
	"usher/internal/config"
	"usher/internal/demo"
)

type demoCmd struct {
	Leads   int    `default:"500" help:"How many leads, up to 1,000,000."`
	Seed    uint64 `default:"1" help:"Another number gives other leads; the same gives the same."`
	Into    string `placeholder:"DIR" type:"path" help:"Make it in this directory, and leave it there."`
	Keep    bool   `help:"Leave the temporary directory there at the end."`
	NoServe bool   `help:"Only make it, and print where it is."`
}

// Validate refuses numbers that a demo isn't made for.
func (d demoCmd) Validate() error {
	if d.Leads < 1 || d.Leads > demo.MostLeads {
		return fmt.Errorf("--leads: a demo has 1 to %d leads", demo.MostLeads)
	}
	return nil
}

// Run makes a demo, serves it on this machine, and removes it.
func (d demoCmd) Run(c *call) (err error) {
	dir, temporary := d.Into, d.Into == ""
	if temporary {
		if dir, err = os.MkdirTemp("", "usher-demo-"); err != nil {
			return err
		}
	}
	if temporary && !d.Keep {
		defer func() {
			if err != nil || !d.NoServe {
				err = errors.Join(err, os.RemoveAll(dir))
			}
		}()
	}
	cfg, err := app.DemoConfig(dir, c.flags)
	if err != nil {
		return err
	}
	if err := d.build(c, cfg); err != nil || d.NoServe {
		return err
	}
	if err := app.ServeDemo(c.ctx, cfg, version, app.Env{Log: c.log(cfg.LogFormat)}, c.stdout); err != nil {
		return err
	}
	if temporary && !d.Keep {
		_, _ = fmt.Fprintf(c.stdout, "Removing %s\n", dir)
	}
	return nil
}

func (d demoCmd) build(c *call, cfg config.Config) error {
	began := time.Now()
	progress := c.progress("leads")
	made := demo.New(d.Seed, began, d.Leads)
	in, err := app.MakeDemo(c.ctx, cfg, version, app.Env{Log: c.log(cfg.LogFormat)}, made, func(done int) { progress(int64(done), int64(d.Leads)) })
	if errors.Is(err, context.Canceled) {
		return errors.New("the demo was not finished")
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, `A made-up firm, %s, with %d leads. Nobody in it exists, and it sends no mail.
  sign in as  %s
  password    %s (every user of this demo has it; it was drawn for this run)
  data        %s
`, demo.FirmName, d.Leads, in.Email, in.Password, cfg.DataDir)
	return err
}
