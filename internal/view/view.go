// Package view keeps saved views: lists of leads that somebody has given a name, for
// themselves or for everybody at the firm. A view is the text of the search field and
// an order, so that it shows what that text shows on the day on which it is opened.
package view

import (
	"strings"
	"time"
	"unicode/utf8"

	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/staff"
)

// The bounds of a view, in code points, and of how many views a user may have.
const (
	MaxName = 60
	MaxText = 1000
	Most    = 50
)

// Sort says which leads come first.
type Sort string

// The orders of a list.
const (
	Newest Sort = "newest"
	Oldest Sort = "oldest"
)

// View is a list of leads with a name.
type View struct {
	ID        string // UUIDv7
	Owner     string // the id of the user who saved it
	Name      string // 1 to MaxName code points
	Text      string // of the search field, tokens among it; empty for all leads
	Sort      Sort
	Shared    bool // with everybody at the firm
	CreatedAt time.Time
	UpdatedAt time.Time
}

// seenBy tells whether a user may know that there is this view.
func (v View) seenBy(u staff.User) bool { return v.Shared || v.Owner == u.ID }

// changeable says why a user may not change this view, if so. Errors: NotFound,
// Forbidden.
func (v View) changeable(u staff.User) error {
	switch {
	case !v.seenBy(u):
		return NotFound()
	case v.Owner != u.ID && !u.May(staff.ManageViews):
		return staff.ManageViews.Refusal()
	}
	return nil
}

// showable says why a user may not show this view to everybody. Whoever might once, and
// may no longer, keeps it to themselves or deletes it. Errors: Forbidden.
func (v View) showable(u staff.User) error {
	if !v.Shared || u.May(staff.ShareViews) {
		return nil
	}
	refusal := staff.ShareViews.Refusal()
	refusal.Code = "may_not_share"
	return refusal
}

// NotFound is the error for a view that doesn't exist or that isn't the user's to see.
func NotFound() *fault.Error { return fault.New(fault.NotFound, "not_found", "There is no such view.") }

// Change is what somebody wants a view to be. What is nil stays as it is.
type Change struct {
	Name, Text, Sort *string
	Shared           *bool
}

// Check gives the change as it will be kept, and every violation; fields are name, q
// and sort.
func (c Change) Check() (Change, []fault.Violation) {
	var bad []fault.Violation
	check := func(field string, text *string, rule func(string) *fault.Violation) *string {
		if text == nil {
			return nil
		}
		kept := strings.TrimSpace(*text)
		if v := rule(kept); v != nil {
			v.Field = field
			bad = append(bad, *v)
		}
		return &kept
	}
	c.Name = check("name", c.Name, checkName)
	c.Text = check("q", c.Text, checkText)
	c.Sort = check("sort", c.Sort, checkSort)
	return c, bad
}

func checkName(name string) *fault.Violation {
	switch {
	case utf8.RuneCountInString(name) > MaxName:
		return &fault.Violation{Code: "too_long", Message: "Shorten the name to 60 characters."}
	case !utf8.ValidString(name) || strings.ContainsFunc(name, lead.Unprintable):
		return &fault.Violation{Code: "invalid_characters", Message: "Remove line breaks, control and text-direction characters."}
	case !strings.ContainsFunc(name, lead.Visible):
		return &fault.Violation{Code: "required", Message: "Give the view a name."}
	}
	return nil
}

func checkText(text string) *fault.Violation {
	switch {
	case utf8.RuneCountInString(text) > MaxText:
		return &fault.Violation{Code: "too_long", Message: "Shorten the search to 1,000 characters."}
	case !utf8.ValidString(text) || strings.ContainsFunc(text, lead.Unprintable):
		return &fault.Violation{Code: "invalid_characters", Message: "Remove line breaks, control and text-direction characters."}
	}
	return nil
}

func checkSort(sort string) *fault.Violation {
	if s := Sort(sort); s != Newest && s != Oldest {
		return &fault.Violation{Code: "unknown_sort", Message: "Use newest or oldest."}
	}
	return nil
}

// with is the view after a change that was checked.
func (v View) with(c Change) View {
	set(&v.Name, c.Name)
	set(&v.Text, c.Text)
	set((*string)(&v.Sort), c.Sort)
	set(&v.Shared, c.Shared)
	return v
}

// Differs tells what of a view is another, and not what it says: a name and a search
// may name a prospect, and this is kept for ever.
func (v View) Differs(before View) map[string]string {
	differs := map[string]string{}
	for what, is := range map[string]bool{
		"name": v.Name != before.Name, "search": v.Text != before.Text, "sort": v.Sort != before.Sort, "shared": v.Shared != before.Shared,
	} {
		if is {
			differs[what] = "changed"
		}
	}
	return differs
}

// set takes a value over when there is one.
func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
