package app

import (
	"context"
	"net/netip"
	"strings"

	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/live"
	"usher/internal/mail"
	"usher/internal/staff"
)

func (a *App) newStaff() *staff.Service {
	return &staff.Service{
		Store: a.store, Links: a.store, Post: a.posting(), BaseURL: strings.TrimRight(a.cfg.BaseURL.String(), "/"), Announce: a.wakeMail,
		Hash: a.passwords.Hash, FirmName: a.firmName, Changed: a.tellOfUser, Ended: a.tellOfEnd, Now: a.env.Now, NewID: newID,
	}
}

// mayAsk tells whether one more reset may be sent to an address, and counts it.
func (a *App) mayAsk(throttle *auth.Throttle) func(ctx context.Context, email string, from netip.Addr) (bool, error) {
	return func(ctx context.Context, email string, from netip.Addr) (bool, error) {
		for _, quota := range []auth.Quota{auth.PasswordResets, auth.PasswordResetsADay} {
			if allowed, err := throttle.Allow(ctx, quota, email, from, a.env.Now()); err != nil || !allowed {
				return false, err
			}
		}
		return true, nil
	}
}

// wakeMail tells the dispatcher that a message was kept. Beside a server there is none:
// the server's own looks every few seconds.
func (a *App) wakeMail() {
	if a.Dispatcher != nil {
		a.Dispatcher.Wake()
	}
}

// seals open and close the links of accounts, each purpose with a key of its own.
func (a *App) seals() map[staff.Purpose]staff.Seal {
	return map[staff.Purpose]staff.Seal{
		staff.Invitation: auth.NewSeal(a.secret, auth.ForInvitation),
		staff.Reset:      auth.NewSeal(a.secret, auth.ForReset),
	}
}

// openLink is where the link of a message leads.
func (a *App) openLink(kind mail.Kind, id string) string {
	if kind == mail.Invitation {
		return a.Staff.LinkURL(staff.Invitation, id)
	}
	return a.Staff.LinkURL(staff.Reset, id)
}

// tellOfUser tells those who listen that somebody's rights are others now, and makes
// those go who may not listen any more.
func (a *App) tellOfUser(id string) {
	a.Live.Announce(live.Change{Kind: live.User, UserIDs: []string{id}})
}

// tellOfEnd makes those go who listen by a session or an API key that has just ended.
func (a *App) tellOfEnd() { a.Live.Announce(live.Change{Kind: live.SignOut}) }

// firmName is what the firm is called; empty while the database doesn't answer.
func (a *App) firmName(ctx context.Context) string {
	current, _ := a.Firm.Current(ctx)
	return current.Profile.Called(a.cfg.FirmName)
}

// mayTake tells whether a user may be given a lead: one who can sign in.
func (a *App) mayTake(ctx context.Context, id string) (bool, error) {
	u, err := a.store.User(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil && !u.Disabled, err
}
