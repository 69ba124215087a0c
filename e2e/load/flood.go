package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// The flood: so many clients sign in, each time as somebody else from somewhere
// else, while others read the list.
const (
	flooders = 32
	readers  = 4
)

// flood gives the list's times in calm and in the flood, and by how many MiB the
// server has grown.
func flood(ctx context.Context, t *target, length time.Duration) (calm, flooded result, grown float64, err error) {
	if err := t.signIn(ctx); err != nil {
		return calm, flooded, 0, err
	}
	list := lists("")(t, nil)
	if calm, err = closed(ctx, t.addr, readers, length, list); err != nil {
		return calm, flooded, 0, err
	}
	before := t.memory()
	var wg sync.WaitGroup
	flooding, stop := context.WithCancel(ctx)
	defer stop()
	for id := range flooders {
		wg.Go(func() { t.signIns(flooding, id) })
	}
	flooded, err = closed(ctx, t.addr, readers, length, list)
	grown = t.memory() - before
	stop()
	wg.Wait()
	return calm, flooded, grown, err
}

// signIns asks for tokens until ctx ends. Refusals are what it gets.
func (t *target) signIns(ctx context.Context, id int) {
	c := &client{addr: t.addr}
	defer c.close()
	for n := 0; ctx.Err() == nil; n++ {
		body := fmt.Sprintf("grant_type=password&username=u%d.%d@flood.example&password=wrong+password+%d", id, n, n)
		head := fmt.Sprintf("POST /api/v1/token HTTP/1.1\r\nHost: load.example\r\nX-Forwarded-For: 10.%d.%d.1\r\n"+
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n", n%250, id, len(body))
		_, _ = c.do(ctx, request{method: http.MethodPost, pieces: [][]byte{[]byte(head + body)}, want: http.StatusBadRequest})
	}
}
