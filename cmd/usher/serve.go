package main

import (
	"usher/internal/app"
)

type serveCmd struct{}

// Run serves until it is told to stop.
func (serveCmd) Run(c *call) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	return app.Serve(c.ctx, cfg, version, app.Env{Log: c.log(cfg.LogFormat)}, c.stdout)
}
