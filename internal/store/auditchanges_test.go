package store_test

import (
	"context"
	"errors"
	"testing"
	"time"
	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/firm"
	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/storetest"
	"usher/internal/view"
)

// firmAtWork is a database with somebody in it who can do something.
type firmAtWork struct {
	*store.Store

	t testing.TB

	ana, ben staff.User
	invited  staff.User
	link     staff.Link // theirs
	session  auth.Session
	key      auth.APIKey
	lead     lead.Lead
	profile  *firm.Service
	views    *view.Service
	shared   view.View
}

func newFirmAtWork(t *testing.T, s *store.Store) *firmAtWork {
	t.Helper()
	f := &firmAtWork{Store: s, t: t}
	f.views, f.ana, f.ben = viewsOf(t, s)
	f.profile = &firm.Service{Store: s, Languages: []string{"en"}, Now: func() time.Time { return storetest.Epoch }}
	f.lead = storetest.Add(t, s, 1)
	f.session = auth.Session{ID: storetest.NewID(), UserID: f.ana.ID, CreatedAt: storetest.Epoch, SignedInFrom: f.ana.SignedInFrom}
	var err error
	f.shared, err = f.views.Save(t.Context(), named("Theirs", true), f.ana)
	used := f.session
	used.ID = storetest.NewID()
	err = errors.Join(err, s.AddSession(t.Context(), used, "first", storetest.Epoch.Add(time.Hour)))
	_, _, _, rotated := s.Rotate(t.Context(), "first", "second", storetest.Epoch, storetest.Epoch.Add(time.Hour))
	_, logo := f.profile.SetLogo(t.Context(), &firm.Logo{Digest: "before", ContentType: "image/png"}, f.ana.ID)
	f.invited = storetest.User("invited@firm.example", staff.Viewer)
	f.invited.PasswordHash = ""
	f.link = invitation(f.invited)
	f.key = auth.APIKey{ID: storetest.NewID(), UserID: f.ana.ID, Name: "Import", Scopes: "leads:read", Digest: "-", CreatedAt: storetest.Epoch}
	if err := errors.Join(err, rotated, logo, s.AddAPIKey(t.Context(), f.key, keyTold(t, f.ana), func(int, int) error { return nil }), s.Invite(t.Context(), f.invited, f.link, letterWith(t, f.invited, f.link))); err != nil {
		t.Fatal(err)
	}
	return f
}

func invitation(u staff.User) staff.Link {
	return staff.Link{ID: storetest.NewID(), Purpose: staff.Invitation, UserID: u.ID, CreatedAt: storetest.Epoch, ExpiresAt: storetest.Epoch.Add(staff.InvitationLife)}
}

// letterWith makes the message that carries a link.
func letterWith(t testing.TB, u staff.User, l staff.Link) mail.Message {
	t.Helper()
	m := storetest.Told(t, u)
	m.Kind, m.LinkID = mail.Invitation, l.ID
	return m
}

// change changes the lead with one event.
func (f *firmAtWork) change(ctx context.Context, kind lead.EventKind, data map[string]string) error {
	_, err := f.ChangeLead(ctx, f.lead.ID, func(l lead.Lead) (lead.Lead, []lead.Event, error) {
		return l, []lead.Event{{ID: storetest.NewID(), LeadID: l.ID, Kind: kind, At: storetest.Epoch, Actor: f.ana.ID, Data: data}}, nil
	})
	return err
}

// changes are what leaves an entry in the transaction of the change itself.
func changes() map[audit.Action]func(ctx context.Context, f *firmAtWork) error {
	event := func(kind lead.EventKind, data map[string]string) func(context.Context, *firmAtWork) error {
		return func(ctx context.Context, f *firmAtWork) error { return f.change(ctx, kind, data) }
	}
	logo := func(l *firm.Logo) func(context.Context, *firmAtWork) error {
		return func(ctx context.Context, f *firmAtWork) error {
			_, err := f.profile.SetLogo(ctx, l, f.ana.ID)
			return err
		}
	}
	states := map[string]string{"from": "PENDING", "to": "REACHED_OUT", "channel": "phone", "reason": "Maria"}
	return map[audit.Action]func(context.Context, *firmAtWork) error{
		audit.LeadReachedOut: event(lead.MarkedReached, states), audit.LeadChannelSet: event(lead.ChannelSet, states), audit.LeadUndone: event(lead.Undone, states),
		audit.LeadReopened: event(lead.Reopened, states), audit.LeadAssigned: event(lead.Assigned, states), audit.NoteAdded: event(lead.Noted, map[string]string{"text": "Maria"}),
		audit.ResumeViewed: func(ctx context.Context, f *firmAtWork) error {
			return f.RecordView(ctx, lead.Event{ID: storetest.NewID(), LeadID: f.lead.ID, Kind: lead.ResumeViewed, At: storetest.Epoch, Actor: f.ana.ID}, storetest.Epoch.Add(-time.Minute))
		},
		audit.LeadErased: func(ctx context.Context, f *firmAtWork) error {
			_, err := f.EraseLead(ctx, f.lead.ID, func(lead.Lead) error { return nil }, lead.Event{ID: storetest.NewID(), LeadID: f.lead.ID, Kind: lead.Erased, At: storetest.Epoch, Actor: f.ana.ID})
			return err
		},
		audit.MessageRetried: func(ctx context.Context, f *firmAtWork) error {
			all, err := f.Messages(ctx, mail.Page{Limit: 1})
			if err == nil {
				_, err = f.RetryMessage(ctx, all[0].ID, f.ana.ID, func(m mail.Message) (mail.Message, error) {
					m.NextAt = m.NextAt.Add(time.Second)
					return m, nil
				})
			}
			return err
		},
		audit.UserAdded: func(ctx context.Context, f *firmAtWork) error {
			return f.AddUser(ctx, storetest.User("new@firm.example", staff.Viewer), false)
		},
		audit.UserChanged: func(ctx context.Context, f *firmAtWork) error {
			_, err := f.ChangeUser(ctx, f.ben.ID, func(u staff.User, _ []staff.User) (staff.User, error) {
				u.Name = "Ben"
				return u, nil
			})
			return err
		},
		audit.PasswordReset: func(ctx context.Context, f *firmAtWork) error {
			return f.SetPassword(ctx, f.ben.ID, "new", storetest.Epoch, storetest.Told(f.t, f.ben))
		},
		audit.PasswordChanged: func(ctx context.Context, f *firmAtWork) error {
			return f.ChangePassword(ctx, auth.PasswordChange{UserID: f.ana.ID, OldHash: f.ana.PasswordHash, NewHash: "new", At: storetest.Epoch, Told: storetest.Told(f.t, f.ana)})
		},
		audit.LinkSent: func(ctx context.Context, f *firmAtWork) error {
			again := invitation(f.invited)
			return f.AddLink(ctx, again, letterWith(f.t, f.invited, again))
		},
		audit.InvitationAccepted: func(ctx context.Context, f *firmAtWork) error {
			return f.UseLink(ctx, f.link.ID, "new", storetest.Epoch, func(staff.Link, staff.User) bool { return true }, nil)
		},
		audit.SessionBegan: func(ctx context.Context, f *firmAtWork) error {
			return f.AddSession(ctx, f.session, "digest", storetest.Epoch.Add(time.Hour))
		},
		audit.SignedOut:       func(ctx context.Context, f *firmAtWork) error { return endOne(ctx, f, audit.SignedOut) },
		audit.SessionReplaced: func(ctx context.Context, f *firmAtWork) error { return endOne(ctx, f, audit.SessionReplaced) },
		audit.SessionEnded:    func(ctx context.Context, f *firmAtWork) error { return endOne(ctx, f, audit.SessionEnded) },
		audit.OthersEnded: func(ctx context.Context, f *firmAtWork) error {
			return f.EndSessionsOf(ctx, f.ana.ID, "this one", storetest.Epoch)
		},
		audit.SessionsEnded: func(ctx context.Context, f *firmAtWork) error {
			_, err := f.ChangeUser(ctx, f.ben.ID, func(u staff.User, _ []staff.User) (staff.User, error) {
				u.SignedInFrom = u.SignedInFrom.Add(time.Second)
				return u, nil
			})
			return err
		},
		audit.KeyAdded: func(ctx context.Context, f *firmAtWork) error {
			k := f.key
			k.ID = storetest.NewID()
			return f.AddAPIKey(ctx, k, keyTold(f.t, f.ana), func(int, int) error { return nil })
		},
		audit.KeyRevoked: func(ctx context.Context, f *firmAtWork) error {
			return f.RemoveAPIKey(ctx, f.key.ID, func(auth.APIKey) error { return nil })
		},
		audit.TokenReused: func(ctx context.Context, f *firmAtWork) error {
			_, _, _, err := f.Rotate(ctx, "first", "stolen", storetest.Epoch, storetest.Epoch.Add(time.Hour))
			return err
		},
		audit.FirmChanged: func(ctx context.Context, f *firmAtWork) error {
			name := "Rivera"
			_, err := f.profile.Change(ctx, firm.Change{Name: &name}, f.ana.ID, anyVersion)
			return err
		},
		audit.LogoSet: logo(&firm.Logo{Digest: "after", ContentType: "image/png"}), audit.LogoRemoved: logo(nil),
		audit.NoticePublished: func(ctx context.Context, f *firmAtWork) error {
			language, text := "en", "Read this."
			_, _, err := f.profile.Publish(ctx, firm.NewNotice{Language: &language, Text: &text}, f.ana.ID)
			return err
		},
		audit.ViewShared: func(ctx context.Context, f *firmAtWork) error {
			_, err := f.views.Save(ctx, named("Maria", true), f.ana)
			return err
		},
		audit.ViewChanged: func(ctx context.Context, f *firmAtWork) error {
			_, err := f.views.Change(ctx, f.shared.ID, named("Maria", true), f.ana)
			return err
		},
		audit.ViewRemoved: func(ctx context.Context, f *firmAtWork) error { return f.views.Remove(ctx, f.shared.ID, f.ana) },
	}
}

// endOne ends the session that a refresh token keeps alive.
func endOne(ctx context.Context, f *firmAtWork, why audit.Action) error {
	all, err := f.AuditEntries(ctx, audit.Page{Filter: audit.Filter{Action: audit.SessionBegan}, Limit: 1})
	if err != nil {
		return err
	}
	return f.EndSession(ctx, all[0].Data.Facts["session"], why, storetest.Epoch)
}
