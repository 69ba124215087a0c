package main

import (
	"slices"
	"sync"
	"time"
)

// result is what one workload came to.
type result struct {
	rate     float64 // answers a second
	p50, p99 time.Duration
	cpu      time.Duration // of the server, an answer
	took     time.Duration // the whole measurement
	failed   int
}

// latencies gathers how long answers took; each worker has its own and merges it.
type latencies struct {
	mu     sync.Mutex
	all    []time.Duration
	failed int
	first  error
}

func (l *latencies) merge(some []time.Duration, failed int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, some...)
	l.failed += failed
	if l.first == nil {
		l.first = err
	}
}

func (l *latencies) result(took time.Duration) result {
	slices.Sort(l.all)
	r := result{rate: float64(len(l.all)) / took.Seconds(), took: took, failed: l.failed}
	if n := len(l.all); n > 0 {
		r.p50, r.p99 = l.all[n/2], l.all[n*99/100]
	}
	return r
}

// median takes each number from the middle of several rounds.
func median(rounds []result) (m result) {
	middle := func(of func(result) float64) float64 {
		all := make([]float64, len(rounds))
		for i, r := range rounds {
			all[i] = of(r)
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	m.rate = middle(func(r result) float64 { return r.rate })
	m.p50 = time.Duration(middle(func(r result) float64 { return float64(r.p50) }))
	m.p99 = time.Duration(middle(func(r result) float64 { return float64(r.p99) }))
	m.cpu = time.Duration(middle(func(r result) float64 { return float64(r.cpu) }))
	for _, r := range rounds {
		m.failed += r.failed
	}
	return m
}
