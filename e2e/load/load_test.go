package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"usher/internal/testkit"
)

// With USHER_TEST_CEILING this test binary is the ceiling, as the load run is its
// own child.
func TestMain(m *testing.M) {
	if dir := os.Getenv("USHER_TEST_CEILING"); dir != "" {
		if err := serveCeiling(context.Background(), dir, os.Stdout); err != nil {
			panic(err)
		}
		return
	}
	m.Run()
}

// The yardstick answers every workload, with what it was asked for.
func TestCeiling(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const leads = 2000
	kept, err := keepCeiling(t.Context(), dir, leads, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(kept, filepath.Join(dir, ceilingDatabase)); err != nil {
		t.Fatal(err)
	}
	bare, err := launch(t.Context(), theBare, []string{"USHER_TEST_CEILING=" + dir}, os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bare.stop() })
	var middle page
	if err := bare.get(t.Context(), "/api/v1/leads", &middle); err != nil {
		t.Fatal(err)
	}
	if err := bare.explore(t.Context(), middle); err != nil || len(bare.ids) != mostIDs || len(slices.Compact(slices.Sorted(slices.Values(bare.ids)))) != mostIDs {
		t.Fatalf("%d ids, %v", len(bare.ids), err)
	}
	var found page
	if err := bare.get(t.Context(), "/api/v1/leads?q="+bare.surname, &found); err != nil || len(found.Items) == 0 {
		t.Errorf("nothing found of %q: %v", bare.surname, err)
	}
	var seen sequence
	for _, w := range workloads() {
		if got, err := w.run(t.Context(), bare, 50*time.Millisecond, &seen); err != nil || got.failed > 0 || got.rate == 0 {
			t.Errorf("%s x%d: %+v, %v", w.name, w.clients, got, err)
		}
	}
	files, err := os.ReadDir(filepath.Join(dir, "resumes"))
	if err != nil || int64(len(files)) != seen.n.Load() {
		t.Errorf("%d resumes of %d submissions, %v", len(files), seen.n.Load(), err)
	}
}

// Who waits behind a slow answer in an open loop is counted from when it was due.
func TestOpenLoopCountsWaiting(t *testing.T) {
	t.Parallel()
	var turn atomic.Int64
	const stall = 300 * time.Millisecond
	until := time.Now().Add(stall)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		turn.Add(1)
		time.Sleep(time.Until(until))
	}))
	defer server.Close()
	ask := func(int, int) (request, func([]byte)) { return plain(http.MethodGet, "/", "", "", ""), nil }
	got, err := open(t.Context(), server.Listener.Addr().String(), 100, 400*time.Millisecond, ask)
	if err != nil || turn.Load() != 40 || got.p99 < stall/2 || got.p50 < stall/20 {
		t.Errorf("%d asked, %+v, %v", turn.Load(), got, err)
	}
}

// A refusal is told, with what was answered.
func TestRefusals(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no room", http.StatusServiceUnavailable) }))
	defer server.Close()
	c := &client{addr: server.Listener.Addr().String()}
	defer c.close()
	if _, err := c.do(t.Context(), plain(http.MethodGet, "/", "", "", "")); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Error(err)
	}
	nobody := &client{addr: "127.0.0.1:1"}
	if _, err := nobody.do(t.Context(), plain(http.MethodGet, "/", "", "", "")); !errors.As(err, new(*net.OpError)) {
		t.Error(err)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	var all latencies
	for i := range 200 {
		all.merge([]time.Duration{time.Duration(200-i) * time.Millisecond}, 0, nil)
	}
	got := all.result(2 * time.Second)
	if got.rate != 100 || got.p50 != 101*time.Millisecond || got.p99 != 199*time.Millisecond {
		t.Errorf("%+v", got)
	}
	m := median([]result{{rate: 1, p99: 30}, {rate: 3, p99: 10}, {rate: 2, p99: 20, failed: 1}})
	if m.rate != 2 || m.p99 != 20 || m.failed != 1 {
		t.Errorf("%+v", m)
	}
	var text strings.Builder
	r := &report{floors: map[string]result{}}
	r.floor(appended, result{rate: 1000})
	r.row(workload{name: "change", clients: 8, bar: 0.6, floor: appended, p99Of: 1.4}, result{rate: 500, p99: 30}, result{rate: 1000, p99: 20})
	r.fact("memory", mib(41), "40 MiB", false)
	if err := r.write(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"change x8", "0.50", "0.60 of the ceiling: not met", "is 1.50: not met", fmt.Sprint("41.0 MiB", "  40 MiB: not met")} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, text.String())
		}
	}
}

// The child is a program that is there.
func TestLaunchTellsWhatFailed(t *testing.T) {
	t.Parallel()
	if _, err := launch(t.Context(), usher, nil, testkit.Binary(t, "false")); err == nil {
		t.Error("a server that ended at once was taken for one that listens")
	}
}
