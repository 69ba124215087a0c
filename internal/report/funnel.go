package report

import (
	"cmp"
	"slices"

	"usher/internal/funnel"
)

// Funnel is how far prospects came with the public form.
type Funnel struct {
	Views, Starts, Submits int
	APISubmits             int // which have no form, and are in none of the others
	Refusals               []Refusal
}

// Refusal is how often a form was sent back for the same reason.
type Refusal struct {
	Field, Code string
	Times       int
}

// NewFunnel sums counts up. What was wrong most often comes first.
func NewFunnel(counts []funnel.Count) Funnel {
	var f Funnel
	refused := map[[2]string]int{}
	for _, c := range counts {
		n := int(c.Times)
		switch c.Step {
		case funnel.Viewed:
			f.Views += n
		case funnel.Started:
			f.Starts += n
		case funnel.Submitted:
			f.Submits += n
		case funnel.APISubmitted:
			f.APISubmits += n
		case funnel.Refused:
			refused[[2]string{c.Field, c.Code}] += n
		}
	}
	for of, times := range refused {
		f.Refusals = append(f.Refusals, Refusal{of[0], of[1], times})
	}
	slices.SortFunc(f.Refusals, func(a, b Refusal) int {
		return cmp.Or(b.Times-a.Times, cmp.Compare(a.Field, b.Field), cmp.Compare(a.Code, b.Code))
	})
	return f
}
