package backup_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/backup"
)

var epoch = time.Date(2026, 11, 23, 9, 0, 0, 123456000, time.UTC)

var about = backup.Manifest{Program: "test", Schema: 1, Taken: epoch, Leads: 2, Bytes: 1000, Key: true}

// archive writes a small backup.
func archive(t testing.TB, m backup.Manifest) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := backup.NewWriter(&b, m)
	if err == nil && m.Key {
		err = w.Key([]byte("the key\n"))
	}
	for _, key := range []string{"abc-1", "abc-2"} {
		err = errors.Join(err, w.Resume(key, 600, strings.NewReader(strings.Repeat(key, 120))))
	}
	err = errors.Join(err, w.Database(8, strings.NewReader("database")), w.Close(backup.End{Erased: epoch.Add(time.Second), Leads: 2}))
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read reads an archive to its end, as a restore does.
func read(in io.Reader) (entries map[string]string, r *backup.Reader, err error) {
	if r, err = backup.NewReader(in); err != nil {
		return nil, nil, err
	}
	entries = map[string]string{}
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return entries, r, nil
		}
		if err != nil {
			return entries, r, err
		}
		content, err := io.ReadAll(e)
		if err != nil {
			return entries, r, err
		}
		if int64(len(content)) != e.Size {
			return entries, r, errors.New("another size than announced")
		}
		entries[fmt.Sprint(e.Kind, e.Key)] = string(content)
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, key := range []bool{true, false} {
		m := about
		m.Key = key
		whole := archive(t, m)
		for name, in := range map[string]io.Reader{"at once": bytes.NewReader(whole), "byte by byte": iotest.OneByteReader(bytes.NewReader(whole))} {
			entries, r, err := read(in)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			want := map[string]string{
				fmt.Sprint(backup.Resume, "abc-1"): strings.Repeat("abc-1", 120), fmt.Sprint(backup.Resume, "abc-2"): strings.Repeat("abc-2", 120),
				fmt.Sprint(backup.Database): "database",
			}
			if key {
				want[fmt.Sprint(backup.Key)] = "the key\n"
			}
			m.Format = backup.Format
			if diff := cmp.Diff(want, entries) + cmp.Diff(m, r.Manifest()); diff != "" {
				t.Error(diff)
			}
			end := r.End()
			if end.Resumes != 2 || end.Leads != 2 || !end.Erased.Equal(epoch.Add(time.Second)) {
				t.Errorf("end: %+v", end)
			}
		}
	}
}

// Any tool can open it.
func TestIsPlainTar(t *testing.T) {
	t.Parallel()
	var names []string
	for r := tar.NewReader(bytes.NewReader(archive(t, about))); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Mode != 0o600 {
			t.Errorf("%s: mode %o", h.Name, h.Mode)
		}
		names = append(names, h.Name)
	}
	want := []string{"manifest.json", "secret.key", "resumes/abc-1", "resumes/abc-2", "usher.db", "end.json"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

// There is no byte that can be missing, added or changed without being noticed.
func TestEveryByteCounts(t *testing.T) {
	t.Parallel()
	whole := archive(t, about)
	refused := func(what string, changed []byte) {
		t.Helper()
		if _, _, err := read(bytes.NewReader(changed)); !errors.Is(err, backup.ErrDamaged) && !errors.Is(err, backup.ErrNewer) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := range whole {
		refused(fmt.Sprintf("cut off at %d", i), whole[:i])
		for _, bit := range []byte{1, 0x20, 0x80} {
			changed := bytes.Clone(whole)
			changed[i] ^= bit
			refused(fmt.Sprintf("byte %d ^ %x", i, bit), changed)
		}
	}
	refused("a byte more", append(bytes.Clone(whole), 0))
	refused("a block more", append(bytes.Clone(whole), make([]byte, 512)...))
	refused("twice", append(bytes.Clone(whole), whole...))
	refused("without a resume", append(bytes.Clone(whole[:2048]), whole[2048+512+1024:]...))
}

// A disk that can't be read is not a damaged archive.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	whole := archive(t, about)
	for i := range whole {
		in := io.MultiReader(bytes.NewReader(whole[:i]), iotest.ErrReader(broken))
		if _, _, err := read(in); !errors.Is(err, broken) || errors.Is(err, backup.ErrDamaged) {
			t.Errorf("at %d: %v", i, err)
		}
	}
}

const manifestText = `{"format":1,"program":"x","schema":1,"taken":"2026-11-23T09:00:00Z","leads":1,"bytes":1,"key":false}`

// written is an archive of a stranger's making, with a right digest at its end.
func written(t testing.TB, headers []tar.Header, resumes int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		text := ""
		if h.Typeflag == tar.TypeReg && h.Linkname != "" {
			text, h.Linkname = h.Linkname, ""
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	m := backup.Manifest{Taken: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	whole, err := backup.Finish(b.Bytes(), m, resumes)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

func TestHostile(t *testing.T) {
	t.Parallel()
	plain := func(name, text string) tar.Header {
		return tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(text)), Mode: 0o600, Linkname: text}
	}
	first, database, resume := plain("manifest.json", manifestText), plain("usher.db", "database"), plain("resumes/abc", "x")
	if _, _, err := read(bytes.NewReader(written(t, []tar.Header{first, resume, database}, 1))); err != nil {
		t.Fatalf("without anything wrong: %v", err)
	}
	manifest := func(from, to string) []tar.Header {
		return []tar.Header{plain("manifest.json", strings.Replace(manifestText, from, to, 1)), resume, database}
	}
	for name, headers := range map[string][]tar.Header{
		"climbing":            {first, plain("../x", "x"), database},
		"climbing key":        {first, plain("resumes/../../x", "x"), database},
		"absolute":            {first, plain("/etc/passwd", "x"), database},
		"a key in a folder":   {first, plain("resumes/abc/def", "x"), database},
		"a temporary name":    {first, plain("resumes/abc.tmp", "x"), database},
		"a long name":         {first, plain("resumes/"+strings.Repeat("a", 65), "x"), database},
		"another file":        {first, plain("usher.lock", "x"), database},
		"a log":               {first, plain("usher.db-wal", "x"), database},
		"a symbolic link":     {first, {Typeflag: tar.TypeSymlink, Name: "resumes/abc", Linkname: "/etc/passwd"}, database},
		"a hard link":         {first, {Typeflag: tar.TypeLink, Name: "resumes/abc", Linkname: "/etc/passwd"}, database},
		"a folder":            {first, {Typeflag: tar.TypeDir, Name: "resumes/", Mode: 0o777}, database},
		"a device":            {first, {Typeflag: tar.TypeChar, Name: "resumes/abc"}, database},
		"a pipe":              {first, {Typeflag: tar.TypeFifo, Name: "resumes/abc"}, database},
		"an attribute":        {first, {Typeflag: tar.TypeReg, Name: "resumes/abc", PAXRecords: map[string]string{"SCHILY.xattr.user.x": "y"}}, database},
		"a global attribute":  {first, {Typeflag: tar.TypeXGlobalHeader, Name: "x", PAXRecords: map[string]string{"size": "1"}}, database},
		"no manifest":         {resume, database},
		"a manifest twice":    {first, first, resume, database},
		"a large manifest":    manifest("{", "{"+strings.Repeat(" ", 70_000)),
		"a key unannounced":   {first, plain("secret.key", "x"), resume, database},
		"no key":              manifest(`"key":false`, `"key":true`),
		"no database":         {first, resume},
		"a database twice":    {first, resume, database, database},
		"a resume afterwards": {first, database, resume},
		"another end":         {first, resume, database, plain("end.json", "{}")},
		"another format":      manifest(`"format":1`, `"format":-1`),
		"no schema":           manifest(`"schema":1`, `"schema":0`),
		"negative bytes":      manifest(`"bytes":1`, `"bytes":-1`),
		"not a manifest":      manifest("{", "["),
	} {
		for resumes := range 2 {
			if _, _, err := read(bytes.NewReader(written(t, headers, resumes))); !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	largeKey := manifest(`"key":false`, `"key":true`)
	largeKey = append(largeKey[:1:1], plain("secret.key", strings.Repeat("x", 70_000)), resume, database)
	if _, _, err := read(bytes.NewReader(written(t, largeKey, 1))); !errors.Is(err, backup.ErrDamaged) {
		t.Errorf("a large key: %v", err)
	}
}

// A size that only a number of holes could have is refused before it is read.
func TestSparse(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	_ = w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "manifest.json", Size: int64(len(manifestText))})
	_, _ = io.WriteString(w, manifestText)
	_ = w.Flush()
	var sparse bytes.Buffer
	s := tar.NewWriter(&sparse)
	// archive/tar writes no sparse files: the attributes go in under names of the same length.
	_ = s.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "resumes/abc", Format: tar.FormatPAX, PAXRecords: map[string]string{
		"XXX.sparse.major": "1", "XXX.sparse.minor": "0", "XXX.sparse.realsize": "1099511627776", "XXX.sparse.name": "resumes/abc",
	}, Size: 512})
	_, _ = s.Write(append([]byte("1\n1099511627776\n0\n"), make([]byte, 494)...))
	_ = s.Flush()
	_, _ = b.Write(bytes.ReplaceAll(sparse.Bytes(), []byte("XXX.sparse"), []byte("GNU.sparse")))
	if _, _, err := read(&b); !errors.Is(err, backup.ErrDamaged) {
		t.Errorf("read: %v", err)
	}
}

func TestNewer(t *testing.T) {
	t.Parallel()
	whole := archive(t, about)
	newer := bytes.Replace(whole, []byte(`"format": 1,`), []byte(`"format": 2,`), 1)
	if _, err := backup.NewReader(bytes.NewReader(newer)); !errors.Is(err, backup.ErrNewer) {
		t.Error(err)
	}
}

func TestDraft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "firm.tar")
	draft, err := backup.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Create(path); err == nil || !strings.Contains(err.Error(), "another backup") {
		t.Errorf("two at once: %v", err)
	}
	_, _ = draft.Archive.WriteString("x")
	if err := errors.Join(draft.Keep(), draft.Discard()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if _, err := backup.Create(path); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("a file that is there: %v", err)
	}
	late, err := backup.Create(path + "2")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+"2", []byte("somebody was faster"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := late.Keep(); err == nil {
		t.Error("a file that came meanwhile was replaced")
	}
	if err := late.Discard(); err != nil {
		t.Error(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(archive(f, about))
	f.Fuzz(func(_ *testing.T, in []byte) {
		if r, err := backup.NewReader(bytes.NewReader(in)); err == nil {
			for {
				e, err := r.Next()
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, io.LimitReader(e, 1<<20))
			}
		}
	})
}
