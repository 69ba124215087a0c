package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// report gathers the lines of the table.
type report struct {
	floors map[string]result
	rows   []string
	facts  []string
	first  []string // errors worth telling
}

func millis(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000) }

func mib(n float64) string { return fmt.Sprintf("%.1f MiB", n) }

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "not met"
}

// floor adds what the disk can do.
func (r *report) floor(name string, got result) {
	r.floors[name] = got
	r.rows = append(r.rows, fmt.Sprintf("disk: %s\t%.0f\t%s\t%s\t\t\t\t\t\t\t", name, got.rate, millis(got.p50), millis(got.p99)))
}

// row adds a workload: Usher's numbers, the ceiling's, and the ratios.
func (r *report) row(w workload, us, bare result) {
	load := fmt.Sprintf("%s x%d", w.name, w.clients)
	if w.rate > 0 {
		load = fmt.Sprintf("%s %d/s", w.name, w.rate)
	}
	ratio, floor := us.rate/bare.rate, "-"
	if f, ok := r.floors[w.floor]; ok {
		floor = fmt.Sprintf("%.2f", us.rate/f.rate)
	}
	r.rows = append(r.rows, fmt.Sprintf("%s\t%.0f\t%s\t%s\t%s\t%.0f\t%s\t%s\t%.2f\t%s\t%s", load, us.rate, millis(us.p50), millis(us.p99), millis(us.cpu),
		bare.rate, millis(bare.p99), millis(bare.cpu), ratio, floor, bars(w, us, bare)))
	if us.failed+bare.failed > 0 {
		r.first = append(r.first, fmt.Sprintf("%s: %d and %d requests failed", load, us.failed, bare.failed))
	}
}

// bars says what was asked and whether it is so.
func bars(w workload, us, bare result) string {
	var all []string
	if w.bar > 0 {
		all = append(all, fmt.Sprintf("%.2f of the ceiling: %s", w.bar, verdict(us.rate >= w.bar*bare.rate)))
	}
	if w.p99 > 0 {
		all = append(all, fmt.Sprintf("p99 %v: %s", w.p99, verdict(us.p99 <= w.p99)))
	}
	if w.p99Of > 0 {
		of := float64(us.p99) / float64(bare.p99)
		all = append(all, fmt.Sprintf("p99 %.1f times the ceiling's, is %.2f: %s", w.p99Of, of, verdict(of <= w.p99Of)))
	}
	return strings.Join(all, "; ")
}

// fact adds a single number with its bar.
func (r *report) fact(name, value, bar string, met bool) {
	r.facts = append(r.facts, fmt.Sprintf("%s\t%s\t%s: %s", name, value, bar, verdict(met)))
}

// note adds a single number without a bar.
func (r *report) note(name, value string) { r.facts = append(r.facts, name+"\t"+value+"\t") }

func (r *report) write(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "workload\t/s\tp50\tp99\tcpu\tceiling /s\tits p99\tits cpu\tof the ceiling\tof the disk\tbar")
	for _, row := range r.rows {
		_, _ = fmt.Fprintln(w, row)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(w)
	for _, fact := range r.facts {
		_, _ = fmt.Fprintln(w, fact)
	}
	for _, e := range r.first {
		_, _ = fmt.Fprintln(w, e)
	}
	return w.Flush()
}
