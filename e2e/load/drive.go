package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// work gives the n-th request of a client, and takes its answer.
type work func(client, n int) (request, func(body []byte))

// closed lets so many clients ask one after the other for a while.
func closed(ctx context.Context, addr string, clients int, length time.Duration, next work) (result, error) {
	began := time.Now()
	return drive(ctx, addr, clients, next, func() (time.Time, bool) {
		now := time.Now()
		return now, now.Sub(began) < length
	})
}

// openLoopConns is how many requests may be under way in an open loop: more than a
// server that keeps up ever has.
const openLoopConns = 256

// open sends at a constant rate, whether or not answers come, and counts each from
// the moment at which it was due: who has to wait for a slow answer is late too.
func open(ctx context.Context, addr string, perSecond int, length time.Duration, next work) (result, error) {
	var turn atomic.Int64
	began := time.Now()
	total := int64(length.Seconds() * float64(perSecond))
	return drive(ctx, addr, min(openLoopConns, int(total)), next, func() (time.Time, bool) {
		i := turn.Add(1) - 1
		due := began.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		if i >= total {
			return due, false
		}
		time.Sleep(time.Until(due))
		return due, true
	})
}

// drive lets so many clients ask until there is no turn left. A turn tells from
// when its answer is waited for.
func drive(ctx context.Context, addr string, clients int, next work, turn func() (due time.Time, ok bool)) (result, error) {
	var all latencies
	var wg sync.WaitGroup
	began := time.Now()
	for id := range clients {
		wg.Go(func() {
			c := &client{addr: addr}
			defer c.close()
			var took []time.Duration
			var failed int
			var failure error
			for n := 0; ctx.Err() == nil; n++ {
				due, ok := turn()
				if !ok {
					break
				}
				r, answered := next(id, n)
				body, err := c.do(ctx, r)
				if err != nil {
					failed, failure = failed+1, err
					continue
				}
				took = append(took, time.Since(due))
				if answered != nil {
					answered(body)
				}
			}
			all.merge(took, failed, failure)
		})
	}
	wg.Wait()
	return all.result(time.Since(began)), all.first
}
