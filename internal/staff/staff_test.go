package staff_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"usher/internal/fault"
	"usher/internal/staff"
)

// The table and what is asked of it: whoever isn't named gets nothing.
func TestRights(t *testing.T) {
	t.Parallel()
	for role, want := range map[staff.Role][]staff.Permission{
		staff.Viewer: {staff.ReadLeads},
		staff.Intake: {staff.ReadLeads, staff.WriteLeads, staff.ExportLeads, staff.ReadFiles, staff.WriteMessages, staff.ReadReports, staff.ShareViews},
		"boss":       {},
		"":           {},
	} {
		if got := (staff.User{Role: role}).Permissions(); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", role, got, want)
		}
	}
	for _, row := range staff.Rights() {
		if !(staff.User{Role: staff.Admin}).May(row.Permission) {
			t.Errorf("an admin may not %s", row.What)
		}
		if refusal := row.Permission.Refusal(); refusal.Kind != fault.Forbidden || !strings.Contains(refusal.Detail, "admin") {
			t.Errorf("%s: %v", row.Permission, refusal)
		}
	}
	if (staff.User{Role: staff.Admin}).May("leads:burn") {
		t.Error("an admin may do what is in no table")
	}
	for _, c := range []struct {
		u    staff.User
		want bool
	}{
		{staff.User{Role: staff.Viewer}, false}, {staff.User{Role: staff.Viewer, Files: true}, true}, {staff.User{Role: "boss", Files: true}, false},
	} {
		if got := c.u.May(staff.ReadFiles); got != c.want {
			t.Errorf("%s with grant %v may open resumes: %v", c.u.Role, c.u.Files, got)
		}
	}
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	about := []string{"anabel.rivera@cole.example", "Anabel Rivera-Muñoz", "Cole & Østergård LLP"}
	for password, want := range map[string]string{
		"seven quiet green lamps": "", "x8#kQ!72mZ^p": "", "123 Rivera Street 9": "", "日本語のとても長い合言葉です": "", "rivera loves cats": "",
		"short": "too_short", strings.Repeat("x", 11): "too_short", strings.Repeat("lamp ", 205): "too_long", "\xff\xfe seven lamps!": "invalid_characters",
		"password1234": "too_common", "PassWord 1234": "too_common", "1qaz2wsx3edc": "too_common", "aaaaaaaaaaaa": "too_common", "abcabcabcabcab": "too_common",
		"12341234 12341234": "too_common", "contraseña123": "too_common",
		"Anabel Rivera 1984": "too_personal", "rivera@cole.example": "too_personal", "!! Østergård Cole 2026 !!": "too_personal",
		"usher-usher-usher": "too_personal", "usher.usher.2026": "too_personal", "MUÑOZ-muñoz-77": "too_personal",
	} {
		got := ""
		if v := staff.CheckPassword(password, about...); v != nil {
			got = v.Code
		}
		if got != want {
			t.Errorf("%.40q: %q, want %q", password, got, want)
		}
	}
}

// What a change makes of a user, by itself.
func TestChange(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	boss := staff.User{ID: "1", PasswordHash: "-", Role: staff.Admin, SignedInFrom: from}
	other := staff.User{ID: "2", PasswordHash: "-", Role: staff.Admin, SignedInFrom: from}
	gone := staff.User{ID: "3", PasswordHash: "-", Role: staff.Admin, Disabled: true, SignedInFrom: from}
	invited := staff.User{ID: "5", Role: staff.Admin, SignedInFrom: from}
	viewer := staff.User{ID: "4", PasswordHash: "-", Role: staff.Viewer, Files: true, SignedInFrom: from}
	later := from.Add(time.Hour)
	for name, c := range map[string]struct {
		u      staff.User
		change staff.Change
		all    []staff.User
		now    time.Time
		want   staff.User
		code   string
	}{
		"nothing":                       {u: boss, all: []staff.User{boss}, want: boss},
		"the last admin, disabled":      {u: boss, change: staff.Change{Disabled: new(true)}, all: []staff.User{boss, gone, viewer}, code: "last_admin"},
		"the last but one invited":      {u: boss, change: staff.Change{Disabled: new(true)}, all: []staff.User{boss, invited}, code: "last_admin"},
		"the last admin, a viewer":      {u: boss, change: staff.Change{Role: new("viewer"), Files: new(true)}, all: []staff.User{boss, gone, viewer}, code: "last_admin"},
		"the last admin, renamed":       {u: boss, change: staff.Change{Name: new(" Ana ")}, all: []staff.User{boss}, want: staff.User{ID: "1", PasswordHash: "-", Name: "Ana", Role: staff.Admin, SignedInFrom: from}},
		"one of two":                    {u: boss, change: staff.Change{Role: new("intake")}, all: []staff.User{boss, other}, want: staff.User{ID: "1", PasswordHash: "-", Role: staff.Intake, SignedInFrom: from}},
		"one who is out already":        {u: gone, change: staff.Change{Role: new("intake")}, all: []staff.User{boss, gone}, want: staff.User{ID: "3", PasswordHash: "-", Role: staff.Intake, Disabled: true, SignedInFrom: from}},
		"out: sessions end":             {u: other, change: staff.Change{Disabled: new(true)}, all: []staff.User{boss, other}, now: later, want: staff.User{ID: "2", PasswordHash: "-", Role: staff.Admin, Disabled: true, SignedInFrom: later}},
		"out, with the clock set back":  {u: other, change: staff.Change{Disabled: new(true)}, all: []staff.User{boss, other}, now: from.Add(-time.Hour), want: staff.User{ID: "2", PasswordHash: "-", Role: staff.Admin, Disabled: true, SignedInFrom: from.Add(time.Microsecond)}},
		"in: old sessions stay over":    {u: gone, change: staff.Change{Disabled: new(false)}, all: []staff.User{boss, gone}, now: later, want: staff.User{ID: "3", PasswordHash: "-", Role: staff.Admin, SignedInFrom: later}},
		"out again changes nothing":     {u: gone, change: staff.Change{Disabled: new(true)}, all: []staff.User{boss, gone}, now: later, want: gone},
		"the grant goes with the role":  {u: viewer, change: staff.Change{Role: new("attorney")}, all: []staff.User{boss, viewer}, want: staff.User{ID: "4", PasswordHash: "-", Role: staff.Attorney, SignedInFrom: from}},
		"the grant stays with the role": {u: viewer, change: staff.Change{Role: new("viewer")}, all: []staff.User{boss, viewer}, want: viewer},
		"a grant for an attorney":       {u: boss, change: staff.Change{Files: new(true)}, all: []staff.User{boss}, code: "invalid"},
		"no such role":                  {u: viewer, change: staff.Change{Role: new("boss")}, all: []staff.User{boss, viewer}, code: "invalid"},
	} {
		got, err := c.change.Of(c.u, c.all, c.now)
		if c.code != "" {
			if known, ok := err.(*fault.Error); !ok || known.Code != c.code { //nolint:errorlint // it is not wrapped
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, c.want)
		}
	}
}
