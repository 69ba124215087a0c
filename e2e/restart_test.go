package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"usher/internal/testkit"
)

// What is there before a stop is there after the next start.
func TestRestart(t *testing.T) {
	t.Parallel()
	first := start(t, how{})
	var sent []submission
	var ids []string
	for i := range 3 {
		sub := simple(fmt.Sprintf("again%d", i))
		sent, ids = append(sent, sub), append(ids, first.submit(sub).ID)
	}
	list := first.read("/api/v1/leads").body
	first.stop()
	second := start(t, how{data: first.data})
	if now := second.read("/api/v1/leads").body; !bytes.Equal(now, list) {
		t.Errorf("the list was\n%s\nand is\n%s", list, now)
	}
	for i, id := range ids {
		if err := second.download(id, sent[i].sha256()); err != nil {
			t.Error(err)
		}
	}
	second.stop()
	verify(t, first.data)
}

// `usher verify` finds what is damaged or missing, and tells orphans that may
// belong to a running request from those that can't.
func TestVerifyFinds(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	l := s.submit(simple("verified"))
	s.submit(simple("untouched"))
	s.stop()
	resumes := filepath.Join(s.data, "resumes")
	path := fileHolding(t, resumes, simple("verified").body)
	whole := simple("verified").body
	flipped := bytes.Clone(whole)
	flipped[3] ^= 1
	orphan := filepath.Join(resumes, "0123456789abcdef")
	write := func(path string, b []byte) {
		t.Helper()
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-25 * time.Hour)
	for _, c := range []struct {
		name string
		do   func()
		code int
		says string
	}{
		{"untouched", func() {}, 0, "2 resumes whole, 0 findings, 0 left over"},
		{"a flipped byte", func() { write(path, flipped) }, 1, l.Reference},
		{"a byte too few", func() { write(path, whole[:len(whole)-1]) }, 1, l.Reference},
		{"a missing file", func() { _ = os.Remove(path) }, 1, l.Reference},
		{"whole again", func() { write(path, whole) }, 0, "2 resumes whole"},
		{"a young orphan", func() { write(orphan, whole) }, 0, filepath.Base(orphan)},
		{"an old orphan", func() { _ = os.Chtimes(orphan, old, old) }, 1, filepath.Base(orphan)},
		{"a young temporary file", func() {
			_ = os.Remove(orphan)
			write(orphan+".tmp", whole)
		}, 0, filepath.Base(orphan) + ".tmp"},
		{"an old temporary file", func() { _ = os.Chtimes(orphan+".tmp", old, old) }, 1, filepath.Base(orphan) + ".tmp"},
	} {
		c.do()
		code, out, errs := usher(t, how{data: s.data}, "", "verify")
		if code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%s: exit code %d, want %d and %q:\n%s%s", c.name, code, c.code, c.says, out, errs)
		}
	}
}

// fileHolding finds the file with exactly this content.
func fileHolding(t testing.TB, dir string, content []byte) string {
	t.Helper()
	for _, name := range testkit.Names(t, dir) {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err == nil && bytes.Equal(b, content) {
			return filepath.Join(dir, name)
		}
	}
	t.Fatal("no file holds what was sent")
	return ""
}

// noTemporary fails the test when a temporary file stays among the resumes. Those
// of a run that was cut off are removed while the next one serves already.
func noTemporary(t testing.TB, data string) {
	t.Helper()
	eventually(t, patience, func() error {
		for _, name := range testkit.Names(t, filepath.Join(data, "resumes")) {
			if strings.HasSuffix(name, ".tmp") {
				return fmt.Errorf("a temporary file is left: %s", name)
			}
		}
		return nil
	})
}
