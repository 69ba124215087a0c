package demo

import (
	"math/rand/v2"
	"strings"
	"time"

	"usher/internal/staff"
)

// FirmName and Domain are the firm's. The domain is reserved and can't exist.
const (
	FirmName = "Ellison & Okoye Immigration Law"
	Domain   = "ellison-okoye.example"
)

// colleague is somebody of the firm, and how much of its leads they look after.
type colleague struct {
	user  staff.User
	share int       // beside the others
	until time.Time // when they left; zero for who is still there
}

func (d *Demo) colleagues() []colleague {
	joined := d.now.AddDate(0, 0, -Days-30)
	var all []colleague
	for i, who := range []struct {
		name  string
		role  staff.Role
		share int
		left  int // days ago
	}{
		{"Grace Okoye", staff.Admin, 2, 0},
		{"Daniel Ellison", staff.Attorney, 3, 0},
		{"Marisol Vega-Peña", staff.Attorney, 5, 0},
		{"Tomasz Wójcik", staff.Attorney, 3, 0},
		{"Nguyễn Thu Hà", staff.Attorney, 4, 0},
		{"Leila Haddad", staff.Admin, 1, 0},
		{"Peter Lang", staff.Attorney, 3, 38}, // has left
	} {
		at := joined.Add(time.Duration(i) * 49 * time.Hour)
		email := strings.ReplaceAll(strings.ToLower(ascii(who.name)), " ", ".") + "@" + Domain
		c := colleague{share: who.share, user: staff.User{
			ID: newID(d.random(forStaff, i), at), Email: email, EmailKey: email, Name: who.name, Role: who.role,
			CreatedAt: at, SignedInFrom: at,
		}}
		if who.left > 0 {
			c.until = d.now.AddDate(0, 0, -who.left)
			c.user.Disabled, c.user.SignedInFrom = true, c.until
		}
		all = append(all, c)
	}
	return all
}

// colleague is somebody who is at the firm at that time, for longer than a case
// takes.
func (d *Demo) colleague(r *rand.Rand, at time.Time) string {
	const notice = 14 * 24 * time.Hour
	there := func(c colleague) bool { return c.until.IsZero() || at.Before(c.until.Add(-notice)) }
	sum := 0
	for _, c := range d.staff {
		if there(c) {
			sum += c.share
		}
	}
	draw := r.IntN(sum)
	for _, c := range d.staff {
		if !there(c) {
			continue
		}
		if draw -= c.share; draw < 0 {
			return c.user.ID
		}
	}
	return d.staff[0].user.ID
}
