package intake_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"usher/internal/fault"
	"usher/internal/intake"
	"usher/internal/resume"
	"usher/internal/resume/disk"
)

const (
	ctype = "multipart/form-data; boundary=b"
	pdf   = "%PDF-1.7\n%%EOF\n"
	whole = "--b\r\nContent-Disposition: form-data; name=\"first_name\"\r\n\r\nAnn\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"last_name\"\r\n\r\nExample\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nann@example.com\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"resume\"; filename=\"cv.pdf\"\r\nContent-Type: application/pdf\r\n\r\n" + pdf + "\r\n" +
		"--b--\r\n"
)

// reader gives a Reader over a real folder, and what lies in it.
func reader(t testing.TB, maxBytes int64) (intake.Reader, func() []string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "resumes")
	folder, err := disk.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	var n atomic.Int64
	shelf := resume.NewShelf(disk.New(folder, new(fault.Latch)), maxBytes, func() string { return fmt.Sprintf("%08x", n.Add(1)) })
	return intake.Reader{Shelf: shelf}, func() []string {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
}

func request(t testing.TB, ctype string, body io.Reader) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", body)
	r.Header.Set("Content-Type", ctype)
	return r
}

// A body that breaks off after any byte is refused as unreadable, and leaves
// nothing behind.
func TestCutAnywhere(t *testing.T) {
	t.Parallel()
	in, files := reader(t, 1<<20)
	for n := range len(whole) - 4 { // the last line end need not come
		form, err := in.Read(t.Context(), request(t, ctype, strings.NewReader(whole[:n])), httptest.NewRecorder(), intake.Options{})
		form.Discard()
		if fault.KindOf(err) != fault.Malformed {
			t.Errorf("cut after %d of %d: %v", n, len(whole), err)
		}
	}
	form, err := in.Read(t.Context(), request(t, ctype, strings.NewReader(whole)), httptest.NewRecorder(), intake.Options{})
	if err != nil || form.Err() != nil || form.Upload == nil {
		t.Errorf("the whole: %v, %v", err, form.Err())
	}
	form.Discard()
	if left := files(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// One part can't bring more of a header than a header needs: what the parser
// makes of it takes ten times as much memory.
func TestPartHeadersAreBounded(t *testing.T) {
	t.Parallel()
	in, files := reader(t, 10<<20)
	head := func(n int) string {
		return "--b\r\nContent-Disposition: form-data; name=\"first_name\"\r\nX-Long: " + strings.Repeat("x", n) + "\r\n\r\nAnn\r\n--b--\r\n"
	}
	form, err := in.Read(t.Context(), request(t, ctype, strings.NewReader(head(100<<10))), httptest.NewRecorder(), intake.Options{})
	form.Discard()
	if fault.KindOf(err) != fault.Malformed {
		t.Errorf("a header of 100 KiB: %v, want Malformed", err)
	}
	form, err = in.Read(t.Context(), request(t, ctype, strings.NewReader(head(4<<10))), httptest.NewRecorder(), intake.Options{})
	form.Discard()
	if err != nil || form.Submission.FirstName != "Ann" {
		t.Errorf("a header of 4 KiB: %q, %v", form.Submission.FirstName, err)
	}
	if left := files(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// broken reads, then fails as a connection does.
type broken struct {
	io.Reader
	err error
}

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = b.err
	}
	return n, err
}

func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	in, files := reader(t, 1<<20)
	for cause, want := range map[error]fault.Kind{
		io.ErrUnexpectedEOF: fault.Malformed, os.ErrDeadlineExceeded: fault.Malformed, &http.MaxBytesError{Limit: 9}: fault.TooLarge,
	} {
		for _, n := range []int{60, len(whole) - 20} { // in a text field, and in the resume
			form, err := in.Read(t.Context(), request(t, ctype, broken{strings.NewReader(whole[:n]), cause}), httptest.NewRecorder(), intake.Options{})
			form.Discard()
			if fault.KindOf(err) != want {
				t.Errorf("%v after %d: %v", cause, n, err)
			}
		}
	}
	if left := files(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// counted counts how much of a body is read.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// endless is a resume part without end.
func endless() io.Reader {
	head := whole[:strings.Index(whole, pdf)]
	return io.MultiReader(strings.NewReader(head+pdf), zeros{})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Of a body that is too long no more than twice the limit is read besides what
// was looked at, and none of one that asks first.
func TestTooLargeIsBounded(t *testing.T) {
	t.Parallel()
	in, files := reader(t, 1<<20)
	for _, c := range []struct {
		name   string
		length int64
		expect bool
		opts   intake.Options
		most   int64
	}{
		{"length unknown", -1, false, intake.Options{}, 3*in.Limit() + 64<<10},
		{"length known", 1 << 30, false, intake.Options{}, 2 * in.Limit()},
		{"asks first", 1 << 30, true, intake.Options{}, 0},
		{"a form's", 1 << 30, false, intake.Options{Lenient: true}, 2*in.Limit() + 64<<10},
		{"a form's asks first", 1 << 30, true, intake.Options{Lenient: true}, 0},
	} {
		body := &counted{Reader: endless()}
		r := request(t, ctype, body)
		if r.ContentLength = c.length; c.expect {
			r.Header.Set("Expect", "100-continue")
		}
		form, err := in.Read(t.Context(), r, httptest.NewRecorder(), c.opts)
		form.Discard()
		if fault.KindOf(err) != fault.TooLarge || body.n > c.most {
			t.Errorf("%s: %d bytes were read, at most %d may; %v", c.name, body.n, c.most, err)
		}
	}
	if left := files(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A form that is too long says what stands before its resume all the same, so that
// the page comes back as it was filled in.
func TestTooLongKeepsText(t *testing.T) {
	t.Parallel()
	in, files := reader(t, 1<<20)
	r := request(t, ctype, strings.NewReader(whole))
	r.ContentLength = 1 << 30
	form, err := in.Read(t.Context(), r, httptest.NewRecorder(), intake.Options{Lenient: true})
	if fault.KindOf(err) != fault.TooLarge || form.Submission.FirstName == "" || form.Upload != nil || len(files()) > 0 {
		t.Errorf("%+v, %v, files %v", form, err, files())
	}
}

// FuzzRead gives arbitrary bodies to the form and the API. None is a server's
// error, and none leaves a file.
func FuzzRead(f *testing.F) {
	f.Add(ctype, []byte(whole), false)
	f.Add(ctype, []byte(whole), true)
	f.Add(ctype, []byte(strings.ReplaceAll(whole, "\r\n", "\n")), false)
	f.Add(ctype, []byte(strings.ReplaceAll(whole, pdf, "\x00\x01")), true)
	f.Add(ctype, []byte(strings.ReplaceAll(whole, `name="email"`, "")), true)
	f.Add(ctype, []byte(strings.ReplaceAll(whole, "form-data;", "form-data; name*=utf-8''resume; filename*=utf-8''a%0d.pdf;")), false)
	f.Add("multipart/form-data; boundary=\"\"", []byte("----\r\n"), false)
	f.Add("multipart/form-data", []byte("--\r\n"), false)
	f.Add(ctype, []byte("--b--"), false)
	f.Add(ctype, []byte(strings.Repeat("--b\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n", 66)), true)
	in, files := reader(f, 4096)
	f.Fuzz(func(t *testing.T, ctype string, body []byte, lenient bool) {
		form, err := in.Read(t.Context(), request(t, ctype, bytes.NewReader(body)), httptest.NewRecorder(), intake.Options{Lenient: lenient})
		if err == nil {
			err = form.Err()
		}
		if err == nil && form.Upload == nil {
			t.Error("nothing is wrong, and there is no resume")
		}
		if err != nil {
			switch fault.KindOf(err) {
			case fault.Malformed, fault.Invalid, fault.TooLarge, fault.Unsupported:
			default:
				t.Errorf("a sender made this happen: %v", err)
			}
		}
		form.Discard()
		if left := files(); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}
