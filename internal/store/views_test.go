package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/fault"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
	"usher/internal/view"
)

func viewsOf(t *testing.T, s *store.Store) (*view.Service, staff.User, staff.User) {
	t.Helper()
	ana, ben := storetest.User("ana@firm.example", staff.Attorney), storetest.User("ben@firm.example", staff.Admin)
	if err := errors.Join(s.AddUser(t.Context(), ana, false), s.AddUser(t.Context(), ben, false)); err != nil {
		t.Fatal(err)
	}
	return &view.Service{Store: s, Now: func() time.Time { return storetest.Epoch }, NewID: storetest.NewID}, ana, ben
}

func named(name string, shared bool) view.Change { return view.Change{Name: &name, Shared: &shared} }

func TestViewsAreKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		views, ana, ben := viewsOf(t, s)
		text, sort := "lang:es “é\u200d” _%", "oldest"
		kept, err := views.Save(t.Context(), view.Change{Name: &text, Text: &text, Sort: &sort}, ana)
		if err != nil {
			t.Fatal(err)
		}
		shared, err := views.Save(t.Context(), named("B", true), ben)
		if err != nil {
			t.Fatal(err)
		}
		for who, want := range map[*staff.User][]view.View{&ana: {shared, kept}, &ben: {shared}} {
			got, err := views.List(t.Context(), *who)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s sees (-want +got):\n%s%v", who.Email, diff, err)
			}
		}
		if err := views.Remove(t.Context(), kept.ID, ben); fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody else's own: %v", err)
		}
		if _, err := views.Change(t.Context(), shared.ID, named("C", true), ana); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("somebody else's shared one: %v", err)
		}
		if err := errors.Join(views.Remove(t.Context(), kept.ID, ana), views.Remove(t.Context(), shared.ID, ben)); err != nil {
			t.Error(err)
		}
		if n := queryText(t, s, `SELECT COUNT(*) FROM saved_views`); n != "0" {
			t.Errorf("%s views are left", n)
		}
	})
}

// Many who change one view at once lose nothing of each other's, and nobody has more
// views than is allowed.
func TestViewsTogether(t *testing.T) {
	t.Parallel()
	storetest.Each(t, testViewsTogether)
}

func testViewsTogether(t *testing.T, s *store.Store) {
	views, ana, _ := viewsOf(t, s)
	other := &view.Service{Store: storetest.Again(t, s), Now: views.Now, NewID: views.NewID}
	one, err := views.Save(t.Context(), named("one", true), ana)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for n := range 2 * view.Most {
		service := []*view.Service{views, other}[n%2]
		group.Go(func() {
			_, err := service.Save(t.Context(), named(fmt.Sprint(n), false), ana)
			if err != nil && fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	text, sort := "lang:es", "oldest"
	for _, c := range []view.Change{named("renamed", false), {Text: &text}, {Sort: &sort}} {
		group.Go(func() {
			if _, err := other.Change(t.Context(), one.ID, c, ana); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := queryText(t, s, `SELECT COUNT(*) FROM saved_views`); n != fmt.Sprint(view.Most) {
		t.Errorf("%s views", n)
	}
	all, err := views.List(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	one.Name, one.Shared, one.Text, one.Sort = "renamed", false, text, view.Oldest
	if got := all[len(all)-1]; got != one { // behind the numbers
		t.Errorf("%+v, want %+v", got, one)
	}
}
