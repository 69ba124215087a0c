package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"usher/internal/demo"
	"usher/internal/storetest/filled"
)

// workload is what is asked of a server, and the bar of docs/speed.md.
type workload struct {
	name    string
	clients int
	rate    int // arrivals a second, in place of clients: an open loop
	work    func(t *target, seen *sequence) work
	floor   string        // what of the disk it is compared with
	bar     float64       // the least share of the ceiling's rate
	p99     time.Duration // the most
	p99Of   float64       // the most, in times the ceiling's
}

// sequence numbers what is sent, so that no two submissions have one address.
type sequence struct{ n atomic.Int64 }

func workloads() []workload {
	const ms = time.Millisecond
	all := []workload{
		{name: "list, first page", clients: 8, work: lists("")},
		{name: "list, deep page", clients: 8, work: deepLists},
		{name: "search a surname", clients: 8, work: searches},
		{name: "state change", clients: 8, work: changes, bar: 0.6, floor: appended},
		{name: "mixed 70/20/5/5", clients: 8, work: mixed, bar: 0.6, p99: 15 * ms},
		{name: "list, open loop", rate: 1200, work: lists(""), p99: 5 * ms},
	}
	for _, kb := range []int{5, 200} {
		for _, clients := range []int{1, 8, 64} {
			w := workload{name: fmt.Sprintf("submit %d KB", kb), clients: clients, work: submissions(kb << 10), floor: floorOf(kb, clients)}
			if kb == 200 {
				w.bar = 0.8
			}
			if clients == 64 {
				w.p99Of = 1.4
			}
			if kb == 5 && clients == 64 {
				w.bar, w.p99Of = 0.75, 0
			}
			all = append(all, w)
		}
	}
	return append(all, workload{name: "submit 200 KB, open loop", rate: 300, work: submissions(200 << 10), p99: 15 * ms})
}

const appended = "fdatasync"

// floorOf names the floor of a submission.
func floorOf(kb, clients int) string { return fmt.Sprintf("file %d KB x%d", kb, clients) }

// run makes one measurement, after a short one that doesn't count.
func (w workload) run(ctx context.Context, t *target, length time.Duration, seen *sequence) (got result, err error) {
	if err := t.signIn(ctx); err != nil { // tokens don't last for ever
		return result{}, err
	}
	next := w.work(t, seen)
	if _, err := closed(ctx, t.addr, max(w.clients, 1), length/10, next); err != nil {
		return result{}, err
	}
	before := t.cpu()
	if w.rate > 0 {
		got, err = open(ctx, t.addr, w.rate, length, next)
	} else {
		got, err = closed(ctx, t.addr, w.clients, length, next)
	}
	if answers := got.rate * got.took.Seconds(); answers > 0 {
		got.cpu = time.Duration(float64(t.cpu()-before) / answers)
	}
	return got, err
}

func lists(query string) func(*target, *sequence) work {
	return func(t *target, _ *sequence) work {
		r := plain(http.MethodGet, "/api/v1/leads?"+query, t.token, "", "")
		return func(int, int) (request, func([]byte)) { return r, nil }
	}
}

func deepLists(t *target, seen *sequence) work { return lists(t.deep)(t, seen) }

func searches(t *target, seen *sequence) work {
	return lists("q="+url.QueryEscape(t.surname))(t, seen)
}

// changes marks leads as reached out, and reopens those that are.
func changes(t *target, _ *sequence) work {
	const clients = 8 // each has leads of its own
	return func(client, n int) (request, func([]byte)) {
		i := (client + n*clients) % (len(t.ids) / clients * clients)
		path := "/api/v1/leads/" + t.ids[i]
		r := plain(http.MethodPost, path+"/reopen", t.token, "", "")
		if t.pending[i] {
			r = plain(http.MethodPatch, path, t.token, "application/json", `{"state":"REACHED_OUT"}`)
		}
		return r, func([]byte) { t.pending[i] = !t.pending[i] }
	}
}

// mixed is a day at the office: 70 lists, 20 leads, 5 changes, 5 submissions.
func mixed(t *target, seen *sequence) work {
	list, change, submit := lists("")(t, seen), changes(t, seen), submissions(200<<10)(t, seen)
	var random [8]*rand.Rand
	var changed [8]int
	for i := range random {
		random[i] = rand.New(rand.NewPCG(uint64(i), 1)) //nolint:gosec // it has to be repeatable
	}
	return func(client, n int) (request, func([]byte)) {
		switch d := random[client].IntN(100); {
		case d < 70:
			return list(client, n)
		case d < 90:
			id := t.ids[random[client].IntN(len(t.ids))]
			return plain(http.MethodGet, "/api/v1/leads/"+id, t.token, "", ""), nil
		case d < 95:
			changed[client]++
			return change(client, changed[client])
		}
		return submit(client, n)
	}
}

// people are the names on submissions.
var people = sync.OnceValue(func() [][2]string {
	var all [][2]string
	for story, err := range demo.New(2, filled.Now, 500).Stories(demo.Mention) {
		if l := story.Lead; err == nil && !l.SingleName {
			all = append(all, [2]string{l.FirstName, l.LastName})
		}
	}
	return all
})

const boundary = "c1f0e2d3a4b5968778695a4b3c2d1e0f"

// submissions differ in names and addresses; the resume is the same.
func submissions(size int) func(*target, *sequence) work {
	resume := append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("resume\n"), size/7+1)...)[:size]
	tail := []byte("\r\n--" + boundary + "--\r\n")
	return func(_ *target, seen *sequence) work {
		return func(int, int) (request, func([]byte)) {
			n := int(seen.n.Add(1))
			who := people()[n%len(people())]
			head := part("first_name", who[0]) + part("last_name", who[1]) + part("email", "p"+strconv.Itoa(n)+"@prospects.example") +
				"--" + boundary + "\r\nContent-Disposition: form-data; name=\"resume\"; filename=\"resume.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
			start := "POST /api/v1/leads HTTP/1.1\r\nHost: load.example\r\nContent-Type: multipart/form-data; boundary=" + boundary +
				"\r\nContent-Length: " + strconv.Itoa(len(head)+size+len(tail)) + "\r\n\r\n"
			return request{method: http.MethodPost, pieces: net.Buffers{[]byte(start + head), resume, tail}, want: http.StatusCreated}, nil
		}
	}
}

func part(name, value string) string {
	return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
}
