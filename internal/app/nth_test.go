package app_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"usher/internal/app"
	"usher/internal/config"
	"usher/internal/resume/disk"
	"usher/internal/resume/disk/faultfs"
	"usher/internal/storetest/faultdb"
)

const aPDF = "%PDF-1.4\n%%EOF\n"

// spoiled is a server of which one call can be made to fail.
type spoiled struct {
	t       *testing.T
	dir     string
	app     *app.App
	handler http.Handler
	files   *faultfs.Faults // of the next submission; nil for none
	db      *faultdb.Faults
}

// switchFS lets the faults of the folder change between submissions.
type switchFS struct {
	disk.FS
	server *spoiled
}

func (f switchFS) now() disk.FS {
	if f.server.files == nil {
		return f.FS
	}
	return faultfs.Wrap(f.FS, f.server.files)
}

func (f switchFS) OpenFile(name string, flag int, perm os.FileMode) (disk.File, error) {
	return f.now().OpenFile(name, flag, perm)
}
func (f switchFS) Lstat(name string) (os.FileInfo, error)   { return f.now().Lstat(name) }
func (f switchFS) Rename(from, to string) error             { return f.now().Rename(from, to) }
func (f switchFS) Remove(name string) error                 { return f.now().Remove(name) }
func (f switchFS) Sync() error                              { return f.now().Sync() }
func (f switchFS) Each(visit func(os.FileInfo) error) error { return f.now().Each(visit) }

func newSpoiled(t *testing.T) *spoiled {
	t.Helper()
	driver, db := faultdb.New()
	s := &spoiled{t: t, dir: filepath.Join(t.TempDir(), "data"), db: db}
	cfg, err := config.Load(map[string]string{"USHER_DATA_DIR": s.dir, "USHER_PUBLIC_RATE": "off", "USHER_ATTORNEY_EMAIL": "ana@firm.example"}, nil, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.app, err = app.Open(t.Context(), cfg, "test", app.Env{Driver: driver, FS: func(f disk.FS) disk.FS { return switchFS{f, s} }}, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.app.Close() })
	if s.handler, err = s.app.Handler(); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *spoiled) submit(n int, key string) int {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("first_name", "Ana")
	_ = form.WriteField("last_name", fmt.Sprint(n))
	_ = form.WriteField("email", fmt.Sprintf("p%d@example.com", n))
	file, _ := form.CreateFormFile("resume", "cv.pdf")
	_, _ = io.WriteString(file, aPDF)
	_ = form.Close()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/api/v1/leads", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Code
}

// whole checks that every lead has its resume and its messages, and gives how
// many leads and how many files there are.
func (s *spoiled) whole() (leads, files int) {
	s.t.Helper()
	report, err := s.app.Verify(context.Background(), func(int, int) {})
	if err != nil {
		s.t.Fatalf("verify: %v", err)
	}
	if len(report.Damage) > 0 {
		s.t.Fatalf("damage: %v", report.Damage)
	}
	entries, err := os.ReadDir(filepath.Join(s.dir, "resumes"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".tmp") {
			s.t.Errorf("a temporary file is left: %s", e.Name())
		}
	}
	return report.Leads, len(entries)
}

// Every file call of a submission fails once. Nothing is kept by half, and the
// next submission works.
func TestEveryFileCallFailsOnce(t *testing.T) {
	t.Parallel()
	s := newSpoiled(t)
	kept := 0
	for n := 1; ; n++ {
		s.files = faultfs.Nth(n, syscall.ENOSPC)
		status := s.submit(n, "")
		fired := s.files.Fired()
		s.files = nil
		if status == http.StatusCreated {
			kept++
		} else if status != http.StatusServiceUnavailable {
			t.Errorf("call %d: status %d, want 503", n, status)
		}
		if leads, files := s.whole(); leads != kept || files != leads {
			t.Errorf("call %d: %d leads and %d files, want %d of each", n, leads, files, kept)
		}
		if !fired {
			t.Logf("a submission makes %d file calls", n-1)
			break
		}
	}
	if status := s.submit(1000, ""); status != http.StatusCreated {
		t.Errorf("afterwards: status %d", status)
	}
}

// Every database call of a submission fails once, before or after it was carried
// out. A resume stays only where nobody can know whether the lead was kept.
func TestEveryDatabaseCallFailsOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]faultdb.Fault{
		"full":                   {Err: faultdb.Full},
		"busy":                   {Err: faultdb.Busy},
		"write error":            {Err: faultdb.IOErrWrite},
		"write error, it seemed": {Err: faultdb.IOErrWrite, After: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSpoiled(t)
			orphans := 0
			for n := 1; ; n++ {
				var spoilt string
				before, _ := s.whole()
				s.db.Arm(func(call int, query string) *faultdb.Fault {
					if call != n {
						return nil
					}
					spoilt = query
					return &fault
				})
				status := s.submit(n, fmt.Sprint("key", n))
				fired := s.db.Fired()
				s.db.Arm(nil)
				leads, files := s.whole()
				switch {
				case status == http.StatusCreated:
					if leads != before+1 {
						t.Errorf("%q: 201 and %d leads, want %d", spoilt, leads, before+1)
					}
				case status != http.StatusServiceUnavailable:
					t.Errorf("%q: status %d, want 503", spoilt, status)
				}
				if spoilt == "COMMIT" && leads == before {
					orphans += files - leads - orphans
				}
				if files != leads+orphans {
					t.Errorf("%q: %d files for %d leads and %d orphans", spoilt, files, leads, orphans)
				}
				// The prospect tries again, under the same key: one lead, whatever it was.
				if status := s.submit(n, fmt.Sprint("key", n)); status != http.StatusCreated {
					t.Errorf("%q: the retry gave %d", spoilt, status)
				}
				if leads, _ := s.whole(); leads != before+1 {
					t.Errorf("%q: %d leads after the retry, want %d", spoilt, leads, before+1)
				}
				if !fired {
					t.Logf("a submission makes %d database calls", n-1)
					return
				}
			}
		})
	}
}

// A failed sync stops intake until the restart; reading goes on.
func TestFailedSyncStopsIntake(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*spoiled){
		"of the resume": func(s *spoiled) { s.files = faultfs.On(faultfs.Sync, syscall.EIO) },
		"of the folder": func(s *spoiled) { s.files = faultfs.On(faultfs.SyncDir, syscall.EIO) },
		"of the commit": func(s *spoiled) {
			s.db.Arm(func(_ int, query string) *faultdb.Fault {
				if query != "COMMIT" {
					return nil
				}
				return &faultdb.Fault{Err: faultdb.IOErrFsync}
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSpoiled(t)
			if status := s.submit(1, ""); status != http.StatusCreated {
				t.Fatalf("before: status %d", status)
			}
			spoil(s)
			if status := s.submit(2, ""); status != http.StatusServiceUnavailable {
				t.Errorf("with the failing sync: status %d, want 503", status)
			}
			s.files = nil
			s.db.Arm(nil)
			if status := s.submit(3, ""); status != http.StatusServiceUnavailable {
				t.Errorf("after it: status %d, want 503 until the restart", status)
			}
			if err := s.app.Ready(t.Context()); err == nil {
				t.Error("readyz says that a lead can be stored")
			}
			if leads, _ := s.whole(); leads != 1 {
				t.Errorf("%d leads can be read, want 1", leads)
			}
		})
	}
}
