package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"golang.org/x/term"

	"usher/internal/storetest/filled"
)

// load is one run.
type load struct {
	binary  string
	dir     string // where filled databases are kept
	scratch string // what this run writes
	leads   int
	length  time.Duration // of one measurement
	rounds  int
	only    *regexp.Regexp
	// mailWaits leaves the outbox alone: messages pile up for a mail server that
	// isn't there, which shows what the dispatcher costs.
	mailWaits bool
	said      io.Writer // progress
	report    *report
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1) //nolint:forbidigo // it is the main of this program
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 2 && args[0] == theBare { // this program's own child
		return serveCeiling(ctx, args[1], os.Stdout)
	}
	leads, err := filled.Leads()
	if err != nil {
		return err
	}
	l := &load{report: &report{floors: map[string]result{}}, said: io.Discard}
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.StringVar(&l.binary, "binary", "bin/usher", "the built program")
	flags.StringVar(&l.dir, "dir", filled.Dir(), "where filled databases are kept and runs write; USHER_TEST_BENCH_DIR sets it too")
	flags.IntVar(&l.leads, "leads", leads, "how many leads there are at first; USHER_TEST_BENCH_LEADS sets it too")
	flags.DurationVar(&l.length, "length", time.Second, "how long each measurement takes")
	flags.IntVar(&l.rounds, "rounds", 1, "how often each measurement is made; the median counts")
	flags.BoolVar(&l.mailWaits, "mail-waits", false, "let messages wait for a mail server that isn't there, in place of capturing them")
	only := flags.String("only", "", "a regular expression: only workloads with such names")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if l.only, err = regexp.Compile(*only); err != nil {
		return err
	}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		l.said = os.Stderr
	}
	err = l.all(ctx)
	_, _ = fmt.Fprint(l.said, "\r\x1b[K")
	return errors.Join(err, l.report.write(os.Stdout))
}

// say shows what is being done, on a terminal.
func (l *load) say(format string, args ...any) {
	_, _ = fmt.Fprintf(l.said, "\r\x1b[K"+format, args...)
}

func (l *load) all(ctx context.Context) (err error) {
	if l.binary, err = filepath.Abs(l.binary); err != nil {
		return err
	}
	if l.dir, err = filepath.Abs(l.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return err
	}
	if l.scratch, err = os.MkdirTemp(l.dir, "run-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(l.scratch)) }()
	data, err := l.prepare(ctx)
	if err != nil {
		return err
	}
	if err := l.starts(ctx, data); err != nil {
		return err
	}
	if err := l.disk(); err != nil {
		return err
	}
	return l.drive(ctx, data)
}

// prepare makes both databases, and copies of them for this run.
func (l *load) prepare(ctx context.Context) (data string, err error) {
	progress := func(done int) { l.say("making %d of %d leads", done, l.leads) }
	kept, err := filled.Keep(ctx, l.dir, l.leads, progress)
	if err != nil {
		return "", err
	}
	bare, err := keepCeiling(ctx, l.dir, l.leads, progress)
	if err != nil {
		return "", err
	}
	data = filepath.Join(l.scratch, "data")
	return data, errors.Join(filled.Copy(kept, data), os.Mkdir(l.bare(), 0o700), filled.CopyFile(bare, filepath.Join(l.bare(), ceilingDatabase)))
}

func (l *load) bare() string { return filepath.Join(l.scratch, theBare) }

// disk measures the floor.
func (l *load) disk() error {
	l.say("the disk")
	got, err := appends(l.scratch, l.length)
	if err != nil {
		return err
	}
	l.report.floor(appended, got)
	for _, kb := range []int{5, 200} {
		for _, clients := range []int{1, 8, 64} {
			if got, err = files(l.scratch, kb<<10, clients, l.length); err != nil {
				return err
			}
			l.report.floor(floorOf(kb, clients), got)
		}
	}
	return nil
}

func (l *load) drive(ctx context.Context, data string) (err error) {
	us, err := launchUsher(ctx, l.binary, data, l.mailWaits)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, us.stop()) }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	bare, err := launch(ctx, theBare, nil, self, theBare, l.bare())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.stop()) }()
	middle, err := us.middle(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(us.explore(ctx, middle), bare.explore(ctx, middle)); err != nil {
		return err
	}
	if err := l.measure(ctx, us, bare); err != nil {
		return err
	}
	return l.flood(ctx, us)
}

// measure runs each workload on both servers, in turns.
func (l *load) measure(ctx context.Context, us, bare *target) error {
	var seen sequence
	for _, w := range workloads() {
		if !l.only.MatchString(w.name) {
			continue
		}
		var rounds [2][]result
		for round := range l.rounds {
			for i, t := range []*target{us, bare} {
				l.say("%s x%d%s: %s, round %d", w.name, w.clients, "", t.name, round+1)
				got, err := w.run(ctx, t, l.length, &seen)
				if err != nil {
					l.report.first = append(l.report.first, fmt.Sprintf("%s, %s: %v", w.name, t.name, err))
				}
				rounds[i] = append(rounds[i], got)
				if !l.mailWaits {
					if _, err := t.rest(ctx); err != nil {
						return err
					}
				}
			}
		}
		l.report.row(w, median(rounds[0]), median(rounds[1]))
	}
	l.report.note("memory after all this", mib(us.memory())+" (ceiling "+mib(bare.memory())+")")
	return ctx.Err()
}

func (l *load) flood(ctx context.Context, us *target) error {
	if !l.only.MatchString("sign-in flood") {
		return nil
	}
	l.say("sign-in flood")
	var calms, floods []result
	most := 0.0
	for range l.rounds {
		calm, flooded, grown, err := flood(ctx, us, l.length)
		if err != nil {
			return err
		}
		calms, floods, most = append(calms, calm), append(floods, flooded), max(most, grown)
	}
	calm, flooded := median(calms), median(floods)
	times := float64(flooded.p99) / float64(calm.p99)
	l.report.fact("list p99 under a flood of sign-ins", fmt.Sprintf("%.1f times the calm one (%s to %s)", times, millis(calm.p99), millis(flooded.p99)),
		"3 times", times <= 3)
	l.report.fact("memory that the flood took", mib(most), "60 MiB", most <= 60)
	return nil
}
