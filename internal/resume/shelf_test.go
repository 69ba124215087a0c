package resume_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/fault"
	"usher/internal/resume"
)

// keep puts a resume on the shelf.
func (s stand) keep(t testing.TB, body string) resume.Ref {
	t.Helper()
	upload, err := s.Receive(t.Context(), "", strings.NewReader(body))
	if err == nil {
		err = upload.Keep(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return upload.Ref()
}

// One flipped bit, anywhere, is found before a reader gets a byte.
func TestDamageIsFound(t *testing.T) {
	t.Parallel()
	body := pdfFile + strings.Repeat("x", 100_000)
	for about, damage := range map[string]func([]byte) []byte{
		"the first byte": func(b []byte) []byte { b[0] ^= 1; return b },
		"the last byte":  func(b []byte) []byte { b[len(b)-1] ^= 0x80; return b },
		"a byte between": func(b []byte) []byte { b[70_000] ^= 4; return b },
		"a byte lost":    func(b []byte) []byte { return b[:len(b)-1] },
		"a byte more":    func(b []byte) []byte { return append(b, 'x') },
		"all lost":       func([]byte) []byte { return nil },
	} {
		shelf := newStand(t, limit)
		ref := shelf.keep(t, body)
		if err := shelf.Check(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
		longer := ref
		longer.Size++
		if err := shelf.Check(t.Context(), longer); !errors.Is(err, resume.ErrDamaged) {
			t.Errorf("another size in the lead: %v", err)
		}
		if err := os.WriteFile(filepath.Join(shelf.dir, ref.Key), damage([]byte(body)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, opened := shelf.Open(t.Context(), ref)
		for _, err := range []error{opened, shelf.Check(t.Context(), ref)} {
			f, _ := errors.AsType[*fault.Error](err)
			if !errors.Is(err, resume.ErrDamaged) || f == nil || f.Kind != fault.Internal || f.Code != "resume_damaged" {
				t.Errorf("%s: %v", about, err)
			}
		}
	}
}

func TestMissingIsFound(t *testing.T) {
	t.Parallel()
	shelf := newStand(t, limit)
	ref := shelf.keep(t, pdfFile)
	if err := shelf.Remove(t.Context(), ref.Key); err != nil {
		t.Fatal(err)
	}
	if err := shelf.Remove(t.Context(), ref.Key); err != nil {
		t.Errorf("a second removal: %v", err)
	}
	shelf.wantEmpty(t)
	for _, key := range []string{ref.Key, "", "../secret", "x.tmp"} {
		err := shelf.Check(t.Context(), resume.Ref{Key: key})
		f, _ := errors.AsType[*fault.Error](err)
		if !errors.Is(err, resume.ErrMissing) || f == nil || f.Kind != fault.Internal || f.Code != "resume_missing" {
			t.Errorf("key %q: %v", key, err)
		}
	}
}

// What Open gives out is at its start and can be read in any order, as Range
// requests need it, even when the file is replaced meanwhile.
func TestOpenGivesTheCheckedFile(t *testing.T) {
	t.Parallel()
	shelf := newStand(t, limit)
	ref := shelf.keep(t, pdfFile)
	file, err := shelf.Open(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	other := filepath.Join(shelf.dir, "other")
	if err := os.WriteFile(other, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, filepath.Join(shelf.dir, ref.Key)); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(file)
	if err != nil || string(got) != pdfFile {
		t.Errorf("read %q, %v", got, err)
	}
	if _, err := file.Seek(-6, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(file); string(got) != "%%EOF\n" {
		t.Errorf("after a seek: %q", got)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := shelf.Open(cancelled, ref); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	shelf := newStand(t, limit)
	put := func(name string, age time.Duration) {
		path := filepath.Join(shelf.dir, name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	put("aa", 2*time.Hour)         // owned
	put("bb", 2*time.Hour)         // an orphan
	put("cc", 59*time.Minute)      // may still get its lead
	put("dd", time.Hour)           // not older yet
	put("0e.tmp", 2*time.Hour)     // left by a crash
	put("0f.tmp", time.Minute)     // being received
	put("notes.txt", 99*time.Hour) // none of ours
	known := func(_ context.Context, key string) (bool, error) { return key == "aa", nil }

	down := errors.New("database down")
	removed, err := shelf.Sweep(t.Context(), now, time.Hour, func(context.Context, string) (bool, error) { return false, down })
	if removed != 0 || !errors.Is(err, down) || len(shelf.files(t)) != 7 {
		t.Errorf("with the database down: removed %d, %v", removed, err)
	}
	removed, err = shelf.Sweep(t.Context(), now, time.Hour, known)
	if removed != 2 || err != nil {
		t.Errorf("removed %d, %v", removed, err)
	}
	want := []string{"0f.tmp", "aa", "cc", "dd", "notes.txt"}
	if diff := cmp.Diff(want, shelf.files(t)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}

	var listed []string
	err = shelf.List(t.Context(), func(e resume.Entry) error {
		listed = append(listed, e.Key)
		if e.Size != 1 || e.Temporary != strings.HasSuffix(e.Key, ".tmp") || e.ModTime.IsZero() {
			t.Errorf("entry %+v", e)
		}
		return nil
	})
	slices.Sort(listed)
	if diff := cmp.Diff([]string{"0f.tmp", "aa", "cc", "dd"}, listed); diff != "" || err != nil {
		t.Errorf("list (-want +got), %v:\n%s", err, diff)
	}
}

// Sixteen full-size uploads at once share nothing but the buffers.
func TestReceiveAtOnce(t *testing.T) {
	t.Parallel()
	shelf := newStand(t, limit)
	refs := make(chan resume.Ref)
	for i := range 16 {
		go func() {
			body := append([]byte(pdfFile), bytes.Repeat([]byte{byte('a' + i)}, 1<<20)...)
			upload, err := shelf.Receive(t.Context(), "", bytes.NewReader(body))
			if err == nil {
				err = upload.Keep(t.Context())
			}
			if err != nil || upload.Ref().SHA256 != digest(body) {
				t.Errorf("upload %d: %v", i, err)
				refs <- resume.Ref{}
				return
			}
			refs <- upload.Ref()
		}()
	}
	for range 16 {
		if err := shelf.Check(t.Context(), <-refs); err != nil {
			t.Error(err)
		}
	}
}
