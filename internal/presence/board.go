// Package presence knows who looks at which lead right now, so that two people don't
// answer the same prospect without knowing of each other. It is kept in memory: what
// a restart forgets, the open pages say again within seconds.
package presence

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// The bounds of a board.
const (
	// Lasts is how long a look counts without being repeated.
	Lasts    = 45 * time.Second
	mostTabs = 20 // of one user
	pace     = 5 * time.Second
)

// Looking is who looks at one lead.
type Looking struct {
	LeadID  string
	UserIDs []string // sorted; empty when the last one has left
}

// Board is what everybody looks at. It is safe for concurrent use.
type Board struct {
	now  func() time.Time
	tell func(Looking)

	mu    sync.Mutex
	looks map[tab]look
}

// tab is one page of one user.
type tab struct{ user, name string }

type look struct {
	lead string
	last time.Time
}

// NewBoard makes a board. It calls tell for each lead at which others look than
// before, in the order in which that happens; tell must not wait.
func NewBoard(now func() time.Time, tell func(Looking)) *Board {
	return &Board{now: now, tell: tell, looks: map[tab]look{}}
}

// Look says that a tab of a user's shows a lead now; no lead is the empty string.
func (b *Board) Look(user, name, leadID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := tab{user, name}
	before, looked := b.looks[at]
	if leadID == "" {
		delete(b.looks, at)
	} else {
		if !looked {
			b.makeRoom(user)
		}
		b.looks[at] = look{leadID, b.now()}
	}
	if before.lead != leadID {
		b.tellOf(before.lead)
		b.tellOf(leadID)
	}
}

// makeRoom forgets the tab that a user has touched least lately, when there are too many.
func (b *Board) makeRoom(user string) {
	var oldest tab
	count := 0
	for at, l := range b.looks {
		if at.user != user {
			continue
		}
		if count++; count == 1 || l.last.Before(b.looks[oldest].last) {
			oldest = at
		}
	}
	if count >= mostTabs {
		lead := b.looks[oldest].lead
		delete(b.looks, oldest)
		b.tellOf(lead)
	}
}

// Expire forgets the looks that were not repeated: of a page that was closed without
// a word, or of somebody who has gone to lunch.
func (b *Board) Expire() {
	b.mu.Lock()
	defer b.mu.Unlock()
	left := map[string]bool{}
	for at, l := range b.looks {
		if b.now().Sub(l.last).Abs() > Lasts { // the clock may have been put back, too
			delete(b.looks, at)
			left[l.lead] = true
		}
	}
	for lead := range left {
		b.tellOf(lead)
	}
}

// All is every lead at which somebody looks, in the order of their ids.
func (b *Board) All() []Looking {
	b.mu.Lock()
	defer b.mu.Unlock()
	users := map[string][]string{}
	for at, l := range b.looks {
		if !slices.Contains(users[l.lead], at.user) {
			users[l.lead] = append(users[l.lead], at.user)
		}
	}
	all := make([]Looking, 0, len(users))
	for lead, looking := range users {
		slices.Sort(looking)
		all = append(all, Looking{lead, looking})
	}
	slices.SortFunc(all, func(x, y Looking) int { return cmp.Compare(x.LeadID, y.LeadID) })
	return all
}

// Run expires looks until ctx ends.
func (b *Board) Run(ctx context.Context) error {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			b.Expire()
		}
	}
}

func (b *Board) tellOf(lead string) {
	if lead != "" {
		b.tell(b.at(lead))
	}
}

func (b *Board) at(lead string) Looking {
	users := []string{}
	for at, l := range b.looks {
		if l.lead == lead && !slices.Contains(users, at.user) {
			users = append(users, at.user)
		}
	}
	slices.Sort(users)
	return Looking{lead, users}
}
