package demo

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/resume"
	"usher/internal/staff"
)

// DefaultSeed is that of a demo of which nobody asks for another.
const DefaultSeed = 1

// MostLeads is how many leads a demo may have.
const MostLeads = 1_000_000

// Days is how long ago the first lead came in.
const Days = 90

// Demo is a made-up firm.
type Demo struct {
	seed   uint64
	now    time.Time
	n      int
	rhythm rhythm
	staff  []colleague
	firm   lead.Firm

	peoples []people
	shares  int // of all of them
	trades  []trade
}

// New makes a firm with so many leads, the newest a moment before now.
func New(seed uint64, now time.Time, leads int) *Demo {
	d := &Demo{seed: seed, now: now.UTC().Truncate(time.Microsecond), n: min(max(leads, 0), MostLeads)}
	d.rhythm, d.peoples, d.trades = newRhythm(d.now), peoples(), trades()
	for _, p := range d.peoples {
		d.shares += p.share
	}
	d.staff = d.colleagues()
	admin, err := mail.ParseAddress(d.staff[0].user.Email)
	if err != nil {
		panic(fmt.Sprintf("demo: %v", err)) // it is a constant
	}
	d.firm = lead.Firm{Attorneys: []mail.Address{admin}, Post: mail.Post{Domain: Domain}}
	return d
}

// Users are the firm's people, without passwords; the first is its admin.
func (d *Demo) Users() []staff.User {
	users := make([]staff.User, len(d.staff))
	for i, c := range d.staff {
		users[i] = c.user
	}
	return users
}

// Keep stores the resume of a lead, and gives what the lead has to know of it.
type Keep func(Paper) (resume.Ref, error)

// Stories are the leads, oldest first, made one at a time: their number costs no
// memory. It ends after the first error, which is that of keep.
func (d *Demo) Stories(keep Keep) iter.Seq2[lead.Story, error] {
	return func(yield func(lead.Story, error) bool) {
		today := confirmations{}
		for i := range d.n {
			story, err := d.story(i, keep, &today)
			if !yield(story, err) || err != nil {
				return
			}
		}
	}
}

// The streams of random numbers. Each lead has its own of each, so that what one
// draws never moves another.
const (
	forTime = iota
	forPerson
	forIdentity
	forPaper
	forStory
	forStaff
	forVisits
)

func (d *Demo) random(stream uint64, i int) *rand.Rand {
	return rand.New(rand.NewPCG(d.seed+stream<<56, uint64(i))) //nolint:gosec // it has to be repeatable, and guards nothing
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func chance(r *rand.Rand, percent float64) bool { return r.Float64()*100 < percent }
