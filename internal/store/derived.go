package store

import (
	"context"

	"usher/internal/lead"
)

// derived is what follows from the writes of a group and is written once for all
// of them, at the end of their transaction: the index of words, which would make a
// segment of its own for each savepoint, and the counters. Nothing reads either in
// between. It belongs to whoever has the writer.
type derived struct {
	words  []indexed
	counts []counted
}

// indexed is an entry of the index of words that comes or goes.
type indexed struct {
	docid int64
	words string
	gone  bool
}

// counted is a lead more, or less, in a state and with an assignee.
type counted struct {
	slot
	by int
}

// slot is what there is a counter for.
type slot struct {
	state    lead.State
	assignee string
}

// mark is how far derived had come.
type mark struct{ words, counts int }

func (d *derived) mark() mark { return mark{len(d.words), len(d.counts)} }

// backTo forgets what came after a mark: the write that it came from has failed.
func (d *derived) backTo(m mark) { d.words, d.counts = d.words[:m.words], d.counts[:m.counts] }

func (d *derived) count(l lead.Lead, by int) {
	d.counts = append(d.counts, counted{slot{l.State, l.Assignee}, by})
}

// writeDerived writes what has come together, in the order in which it came.
func (s *Store) writeDerived(ctx context.Context) error {
	d := s.derived
	s.derived = derived{}
	if s.dialect.addWords != "" {
		for _, entry := range d.words {
			statement := s.dialect.addWords
			if entry.gone {
				statement = s.dialect.dropWords
			}
			if _, err := s.writer.ExecContext(ctx, statement, entry.docid, entry.words); err != nil {
				return err
			}
		}
	}
	sums := map[slot]int{}
	for _, c := range d.counts {
		sums[c.slot] += c.by
	}
	for slot, by := range sums {
		if by == 0 {
			continue
		}
		if _, err := s.writer.ExecContext(ctx, `INSERT INTO lead_counts (state, assignee, leads) VALUES ($1, $2, $3)
			ON CONFLICT (state, assignee) DO UPDATE SET leads = lead_counts.leads + $3`, slot.state, slot.assignee, by); err != nil {
			return err
		}
	}
	return nil
}
