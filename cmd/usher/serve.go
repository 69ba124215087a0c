package main

import (
	"os"
	"runtime/debug"

	"usher/internal/app"
)

type serveCmd struct{}

// Run serves until it is told to stop.
func (serveCmd) Run(c *call) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	tuneMemory()
	return app.Serve(c.ctx, cfg, version, app.Env{Log: c.log(cfg.LogFormat)}, c.stdout)
}

// tuneMemory lets garbage grow to three times what lives, which is little: to
// collect it at once, as is usual, took a sixth of the time of a list. Where much
// lives, the limit brings the collector back. Whoever sets GOGC or GOMEMLIMIT
// knows better.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(192 << 20)
	}
}
