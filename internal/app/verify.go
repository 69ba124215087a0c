package app

import (
	"context"
	"errors"
	"fmt"

	"usher/internal/fault"
	"usher/internal/resume"
	"usher/internal/store"
)

// Report is what a verification found.
type Report struct {
	Leads    int
	Resumes  int      // read and found whole
	Damage   []string // missing or damaged: something is lost
	Leftover []string // orphans and temporary files that may belong to a running request
}

// Verify compares the database with the resumes: every digest, every lead's
// messages, and what lies around without a lead. It only reads, so that it can
// run while Usher serves. progress is told after each lead.
func (a *App) Verify(ctx context.Context, progress func(done, of int)) (Report, error) {
	var r Report
	findings, err := a.store.Integrity(ctx)
	if err != nil {
		return r, err
	}
	miscounted, err := a.store.Miscounted(ctx)
	if err != nil {
		return r, err
	}
	for _, f := range append(findings, miscounted...) {
		r.Damage = append(r.Damage, "database: "+f)
	}
	anyUser, err := a.Staff.Any(ctx)
	if err != nil {
		return r, err
	}
	total, err := a.store.CountLeads(ctx)
	if err != nil {
		return r, err
	}
	err = a.store.EachLead(ctx, func(h store.Held) error {
		r.Leads++
		progress(r.Leads, max(total, r.Leads))
		return a.verifyLead(ctx, h, anyUser, &r)
	})
	if err != nil {
		return r, err
	}
	return r, a.verifyLeftovers(ctx, &r)
}

func (a *App) verifyLead(ctx context.Context, h store.Held, anyUser bool, r *Report) error {
	err := a.shelf.Check(ctx, h.Lead.Resume)
	if err != nil {
		// It may have been erased since its row was read.
		_, goneErr := a.store.Lead(ctx, h.Lead.ID)
		if fault.KindOf(goneErr) == fault.NotFound {
			return nil
		}
		if goneErr != nil {
			return goneErr
		}
	}
	switch {
	case err == nil:
		r.Resumes++
	case errors.Is(err, resume.ErrMissing):
		r.Damage = append(r.Damage, fmt.Sprintf("lead %s (%s): the resume is missing", h.Lead.ID, h.Lead.Reference))
	case errors.Is(err, resume.ErrDamaged):
		r.Damage = append(r.Damage, fmt.Sprintf("lead %s (%s): the resume is damaged", h.Lead.ID, h.Lead.Reference))
	default:
		return err
	}
	if h.Confirmations == 0 {
		r.Damage = append(r.Damage, fmt.Sprintf("lead %s (%s): the message to the prospect is missing", h.Lead.ID, h.Lead.Reference))
	}
	if !h.Searchable {
		r.Damage = append(r.Damage, fmt.Sprintf("lead %s (%s): no search finds it", h.Lead.ID, h.Lead.Reference))
	}
	if h.Notifications == 0 && anyUser {
		r.Damage = append(r.Damage, fmt.Sprintf("lead %s (%s): the message to the firm is missing", h.Lead.ID, h.Lead.Reference))
	}
	return nil
}

func (a *App) verifyLeftovers(ctx context.Context, r *Report) error {
	old := a.env.Now().Add(-orphanAge)
	return a.shelf.List(ctx, func(e resume.Entry) error {
		what := "temporary file"
		if !e.Temporary {
			known, err := a.store.ResumeKnown(ctx, e.Key)
			if err != nil || known {
				return err
			}
			what = "resume without a lead"
		}
		line := fmt.Sprintf("%s %s, %d bytes, of %s", what, e.Key, e.Size, e.ModTime.UTC().Format("2006-01-02 15:04 MST"))
		if e.ModTime.Before(old) {
			r.Damage = append(r.Damage, line)
		} else {
			r.Leftover = append(r.Leftover, line)
		}
		return nil
	})
}
