package app

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"usher/internal/demo"
	"usher/internal/lead"
	"usher/internal/resume/disk"
)

// A demo of more leads than there are documents is whole, and its files are names
// of those documents.
func TestDemoIsWhole(t *testing.T) {
	t.Parallel()
	cfg, err := DemoConfig(filepath.Join(t.TempDir(), "demo"), nil)
	if err != nil {
		t.Fatal(err)
	}
	const leads = demo.Distinct + 1500
	told := 0
	d := demo.New(demo.DefaultSeed, time.Now(), leads)
	in, err := MakeDemo(t.Context(), cfg, "test", Env{}, d, func(done int) { told = done })
	if err != nil || told != leads || in.Email != d.Users()[0].Email || len(in.Password) < 12 {
		t.Fatalf("%v, %d leads, sign in as %q", err, told, in.Email)
	}
	a, err := Open(t.Context(), cfg, "test", Env{}, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	report, err := a.Verify(t.Context(), func(int, int) {})
	if err != nil || report.Leads != leads || report.Resumes != leads || len(report.Damage)+len(report.Leftover) > 0 {
		t.Errorf("%v, %+v", err, report)
	}
	current, err := a.Firm.Current(t.Context())
	if err != nil || current.Profile.Version != 1 || current.Profile.Texts["en"].Promise == "" || current.Notices["en"].Text == "" {
		t.Errorf("%v, the firm says %+v", err, current)
	}
	newest, err := a.store.Leads(t.Context(), lead.Page{Limit: 1})
	if err != nil || len(newest) != 1 {
		t.Fatal(err, len(newest))
	}
	folder := filepath.Join(cfg.DataDir, resumeFolder)
	one, err := os.Stat(filepath.Join(folder, newest[0].Resume.Key))
	if err != nil {
		t.Fatal(err)
	}
	names := 0
	for s, err := range d.Stories(demo.Mention) {
		if err != nil {
			t.Fatal(err)
		}
		other, err := os.Stat(filepath.Join(folder, s.Lead.Resume.Key))
		if err == nil && os.SameFile(one, other) {
			names++
		}
	}
	if names < 2 {
		t.Errorf("the newest lead's file has %d names", names)
	}
}

// Where a file can have no further name it is copied.
func TestDemoWithoutLinks(t *testing.T) {
	t.Parallel()
	cfg, err := DemoConfig(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), cfg, "test", Env{FS: func(f disk.FS) disk.FS { return unsynced{f} }}, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	p, links := a.newPapers(t.Context()), 0
	p.link = func(from, to string) error {
		if links++; links == 2 {
			return errors.New("no room for a name")
		}
		return os.Link(from, to)
	}
	var refs []lead.Lead
	for s, err := range demo.New(1, time.Now(), demo.Distinct+1).Stories(p.keep) {
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, s.Lead)
	}
	again := demo.Paper{Number: 0, Key: "a1", Filename: "a.pdf"}
	for _, key := range []string{"a1", "a2"} { // the second try, and one after it
		again.Key = key
		ref, err := p.keep(again)
		if err != nil || ref.Key != key || ref.SHA256 != refs[0].Resume.SHA256 {
			t.Errorf("%v, %+v", err, ref)
		}
		if err := a.shelf.Check(t.Context(), ref); err != nil {
			t.Error(err)
		}
	}
	if links != 3 || p.kept[0].Key != "a1" {
		t.Errorf("%d links, and the copy is %q", links, p.kept[0].Key)
	}
}

// A demo takes nothing from a real firm's settings, and is for this machine only.
func TestDemoConfig(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"USHER_LISTEN": "0.0.0.0:8080", "USHER_SMTP_URL": "smtp://mail.firm.example", "USHER_DATA_DIR": "data", "USHER_ATTORNEY_EMAIL": "a@firm.example",
	} {
		if _, err := DemoConfig(t.TempDir(), map[string]string{name: value}); err == nil {
			t.Errorf("%s=%s is taken", name, value)
		}
	}
	for _, listen := range []string{"127.0.0.1:0", "[::1]:80", "localhost:9000"} {
		if cfg, err := DemoConfig(t.TempDir(), map[string]string{"USHER_LISTEN": listen}); err != nil || cfg.Listen != listen || cfg.SMTP != nil {
			t.Errorf("%s: %v", listen, err)
		}
	}
}
