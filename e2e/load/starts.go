package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// startTime is the median time from exec to the first answer, of several starts,
// and the idle memory after the last, in MiB.
func startTime(ctx context.Context, binary string, data func(n int) string) (time.Duration, float64, error) {
	var took []time.Duration
	var idle float64
	for n := range 5 {
		began := time.Now()
		t, err := launchUsher(ctx, binary, data(n), false)
		if err != nil {
			return 0, 0, err
		}
		c := &client{addr: t.addr}
		_, err = c.do(ctx, plain(http.MethodGet, "/healthz", "", "", ""))
		took = append(took, time.Since(began))
		c.close()
		if err == nil && n == 4 {
			time.Sleep(time.Second) // until what it does at the start is done
			idle = t.memory()
		}
		if stopErr := t.stop(); err == nil {
			err = stopErr
		}
		if err != nil {
			return 0, 0, err
		}
	}
	slices.Sort(took)
	return took[len(took)/2], idle, nil
}

// starts adds to the report how long starts take, empty and full, and what Usher
// weighs.
func (l *load) starts(ctx context.Context, full string) error {
	l.say("starts")
	empty, idle, err := startTime(ctx, l.binary, func(n int) string { return filepath.Join(l.scratch, "empty"+strconv.Itoa(n)) })
	if err != nil {
		return err
	}
	again, _, err := startTime(ctx, l.binary, func(int) string { return filepath.Join(l.scratch, "empty0") })
	if err != nil {
		return err
	}
	filled, filledIdle, err := startTime(ctx, l.binary, func(int) string { return full })
	if err != nil {
		return err
	}
	const most = 30 * time.Millisecond
	l.report.fact("start, new directory", millis(empty), "30 ms", empty <= most)
	l.report.fact("start, empty database", millis(again), "30 ms", again <= most)
	l.report.fact("start, all leads", millis(filled), "30 ms", filled <= most)
	l.report.fact("idle memory, empty", mib(idle), "40 MiB", idle <= 40)
	l.report.fact("idle memory, all leads", mib(filledIdle), "40 MiB", filledIdle <= 40)
	info, err := os.Stat(l.binary)
	if err == nil {
		l.report.fact("binary", mib(float64(info.Size())/(1<<20)), "45 MB", info.Size() <= 45_000_000)
	}
	return err
}
