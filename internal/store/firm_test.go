package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/fault"
	"usher/internal/firm"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
)

// firmOf gives the use cases over a database, and an admin.
func firmOf(t *testing.T, s *store.Store) (*firm.Service, string) {
	t.Helper()
	u := storetest.User("ana@firm.example", staff.Admin)
	if err := s.AddUser(t.Context(), u, false); err != nil {
		t.Fatal(err)
	}
	return &firm.Service{Store: s, Languages: []string{"en", "es"}, Now: func() time.Time { return storetest.Epoch }}, u.ID
}

func anyVersion(int64) bool { return true }

func TestFirmIsKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testFirmIsKept)
}

func testFirmIsKept(t *testing.T, s *store.Store) {
	f, admin := firmOf(t, s)
	before, err := s.Firm(t.Context())
	if err != nil || !cmp.Equal(before, firm.Current{Notices: map[string]firm.Notice{}}) {
		t.Errorf("at first: %+v, %v", before, err)
	}
	name, accent, zone, ask, promise, hours := "Ellison & “Okoye”\u200d", "#175a8a", "America/New_York", true, "Soon\nor later", "9–17"
	sites, returns := []string{"https://a.example", "https://b.example"}, []string{"https://a.example/?a=%20&b"}
	_, err = f.Change(t.Context(), firm.Change{
		Name: &name, Accent: &accent, Zone: &zone, AskRead: &ask, EmbedSites: &sites,
		Texts: map[string]*firm.TextsChange{"en": {Promise: &promise}, "es": {Hours: &hours}},
	}, admin, anyVersion)
	if err != nil {
		t.Fatal(err)
	}
	logo := &firm.Logo{Digest: "d1", ContentType: "image/png", Width: 3, Height: 2, Bytes: []byte{0, 1, 0xff, '\n', 0}}
	if _, err := f.SetLogo(t.Context(), logo, admin); err != nil {
		t.Fatal(err)
	}
	picture := logo.Bytes
	read := *logo
	read.Bytes = nil // no page is made of them
	want := firm.Profile{
		Name: name, Accent: accent, Zone: zone, AskRead: true, EmbedSites: sites, ReturnAddresses: []string{}, Logo: &read,
		Texts:   map[string]firm.Texts{"en": {Promise: promise}, "es": {Hours: hours}},
		Version: 2, UpdatedAt: storetest.Epoch, UpdatedBy: admin,
	}
	wantProfile(t, s, want)
	changed, err := f.Change(t.Context(), firm.Change{
		ReturnAddresses: &returns, Texts: map[string]*firm.TextsChange{"en": {Hours: &hours}, "es": nil},
	}, admin, anyVersion)
	if err != nil || changed.Version != 3 {
		t.Errorf("%v, version %d", err, changed.Version)
	}
	if bytes, err := s.LogoBytes(t.Context(), "d1"); err != nil || !slices.Equal(bytes, picture) {
		t.Errorf("the logo after a change of something else: %v, %v", bytes, err)
	}
	if _, err := f.SetLogo(t.Context(), nil, admin); err != nil {
		t.Fatal(err)
	}
	want.Texts, want.ReturnAddresses, want.Logo, want.Version = map[string]firm.Texts{"en": {Promise: promise, Hours: hours}}, returns, nil, 4
	wantProfile(t, s, want)
	wantProfile(t, storetest.Again(t, s), want)
	for _, digest := range []string{"d1", "", "d2"} {
		if _, err := s.LogoBytes(t.Context(), digest); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the logo %q, which isn't there: %v", digest, err)
		}
	}
}

func wantProfile(t *testing.T, s *store.Store, want firm.Profile) {
	t.Helper()
	got, err := s.Firm(t.Context())
	if diff := cmp.Diff(want, got.Profile); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

// A change in which nothing differs, one of an old version and one that fails leave
// everything as it is.
func TestFirmIsLeftAlone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testFirmIsLeftAlone)
}

func testFirmIsLeftAlone(t *testing.T, s *store.Store) {
	f, admin := firmOf(t, s)
	name, empty, dark, off := "A", "", "#111111", false
	if p, err := f.Change(t.Context(), firm.Change{AskRead: &off, Texts: map[string]*firm.TextsChange{"en": {Hours: &empty}}}, admin, anyVersion); err != nil || p.Version != 0 {
		t.Errorf("nothing was set: version %d, %v", p.Version, err)
	}
	if _, err := f.Change(t.Context(), firm.Change{Name: &name, Accent: &dark}, admin, anyVersion); err != nil {
		t.Fatal(err)
	}
	before, err := s.Firm(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	spaced := " A "
	if p, err := f.Change(t.Context(), firm.Change{Name: &spaced, EmbedSites: &[]string{}}, admin, anyVersion); err != nil || p.Version != 1 {
		t.Errorf("the same again: version %d, %v", p.Version, err)
	}
	other := "B"
	if _, err := f.Change(t.Context(), firm.Change{Name: &other}, admin, func(v int64) bool { return v == 0 }); fault.KindOf(err) != fault.Stale {
		t.Errorf("an old version: %v", err)
	}
	if _, err := f.Change(t.Context(), firm.Change{Name: &other, Texts: map[string]*firm.TextsChange{"en": {Hours: &other}}}, "nobody", anyVersion); err == nil {
		t.Error("a user who isn't there changed it")
	}
	wantProfile(t, s, before.Profile)
}

// Changes at once are all kept, one after the other.
func TestFirmChangesAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testFirmChangesAtOnce)
}

func testFirmChangesAtOnce(t *testing.T, s *store.Store) {
	f, admin := firmOf(t, s)
	var group sync.WaitGroup
	for i := range 6 {
		text := fmt.Sprint("text ", i)
		group.Go(func() {
			_, err := f.Change(t.Context(), firm.Change{Name: &text}, admin, anyVersion)
			_, _, more := f.Publish(t.Context(), firm.NewNotice{Language: &f.Languages[i%2], Text: &text}, admin)
			if err := errors.Join(err, more); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	now, err := s.Firm(t.Context())
	notices, more := s.Notices(t.Context())
	if err := errors.Join(err, more); err != nil {
		t.Fatal(err)
	}
	var versions []int64
	for _, n := range notices {
		versions = append(versions, n.Version)
	}
	if now.Profile.Version != 6 || !slices.Equal(versions, []int64{6, 5, 4, 3, 2, 1}) || len(now.Notices) != 2 {
		t.Errorf("version %d, notices %v, of them current %+v", now.Profile.Version, versions, now.Notices)
	}
}

func TestNotices(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testNotices)
}

func testNotices(t *testing.T, s *store.Store) {
	f, admin := firmOf(t, s)
	for i, step := range []struct {
		language, text string
		version        int64 // 0: refused
		added          bool
	}{
		{"en", "", 0, false}, // nothing to withdraw
		{"en", " One\n\ntwo ", 1, true},
		{"en", "One\n\ntwo", 1, false},
		{"es", "Uno", 2, true},
		{"en", "Two", 3, true},
		{"en", "One\n\ntwo", 4, true}, // what stood before the last is another one
		{"es", "", 5, true},
		{"es", " ", 5, false},
		{"es", "Uno", 6, true},
		{"es", "", 7, true},
		{"fr", "Un", 0, false},
	} {
		n, added, err := f.Publish(t.Context(), firm.NewNotice{Language: &step.language, Text: &step.text}, admin)
		if (err != nil) != (step.version == 0) || fault.KindOf(err) != fault.Invalid && err != nil || err == nil && n.Version != step.version || added != step.added {
			t.Errorf("step %d: %+v, %v, %v", i, n, added, err)
		}
	}
	one := firm.Notice{Language: "en", Version: 4, Text: "One\n\ntwo", PublishedAt: storetest.Epoch, PublishedBy: admin}
	now, err := f.Current(t.Context())
	if diff := cmp.Diff(map[string]firm.Notice{"en": one}, now.Notices); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	all, err := s.Notices(t.Context())
	if err != nil || len(all) != 7 || all[0].Version != 7 || all[0].Text != "" || all[6].Text != "One\n\ntwo" {
		t.Errorf("%+v, %v", all, err)
	}
}
