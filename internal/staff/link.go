package staff

import (
	"context"
	"net/netip"
	"time"

	"github.com/google/uuid"

	"usher/internal/fault"
	"usher/internal/mail"
)

// Purpose is what a link to choose a password is for.
type Purpose string

// The purposes.
const (
	Invitation Purpose = "invitation" // of somebody who has no password yet
	Reset      Purpose = "reset"      // of somebody who has forgotten theirs
)

// How long a link works.
const (
	InvitationLife = 7 * 24 * time.Hour
	ResetLife      = time.Hour
)

// Link lets whoever holds it choose the password of a user, once. No secret of it is
// kept: the text that opens it is its id under a seal of the installation's key, of
// another key for each purpose, so that neither the database nor a backup opens any.
type Link struct {
	ID        string // UUIDv7
	Purpose   Purpose
	UserID    string
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero until it is used or void
}

// opens tells whether the link still lets its user choose a password. The store marks it as
// used when its user gets another password, is disabled or has all sessions ended.
func (l Link) opens(u User, now time.Time) bool {
	return l.UsedAt.IsZero() && now.Before(l.ExpiresAt) && l.isFor(u)
}

func (l Link) isFor(u User) bool {
	return l.UserID == u.ID && !u.Disabled && (l.Purpose == Invitation) == u.Invited()
}

// Links keeps links. Each method is one transaction.
type Links interface {
	// Invite keeps a user, as AddUser does, with a link and the message that carries it.
	Invite(ctx context.Context, u User, l Link, m mail.Message) error
	// AddLink keeps a link and its message. An invitation voids the user's others.
	AddLink(ctx context.Context, l Link, m mail.Message) error
	// NoLink takes the time of AddLink and keeps nothing.
	NoLink(ctx context.Context) error
	// Link gives a link and its user. Errors: fault.NotFound.
	Link(ctx context.Context, id string) (Link, User, error)
	// UseLink gives the user a password and marks the link as used, when may agrees.
	// Errors: fault.NotFound, also when may doesn't.
	UseLink(ctx context.Context, id, hash string, now time.Time, may func(Link, User) bool, told *mail.Message) error
	// Invitations tells until when the links of those who have no password work.
	Invitations(ctx context.Context, now time.Time) (map[string]time.Time, error)
}

// Seal makes texts that only the installation can make.
type Seal interface {
	Put(payload []byte) string
	Take(text string) (payload []byte, ok bool)
}

// errLink answers whatever is wrong with a link, so that nothing can be told from it.
func errLink() error {
	return fault.Violated([]fault.Violation{{Field: "token", Code: "invalid_link", Message: "This link doesn't work any more. Ask for a new one."}})
}

// token is the text that opens a link.
func (s *Service) token(p Purpose, id string) string {
	raw, err := uuid.Parse(id)
	if err != nil {
		panic("staff: a link's id is no UUID: " + err.Error())
	}
	return s.Seals[p].Put(raw[:])
}

// idOf is the id in a token of that purpose.
func (s *Service) idOf(p Purpose, token string) (string, bool) {
	payload, ok := s.Seals[p].Take(token)
	if !ok {
		return "", false
	}
	raw, err := uuid.FromBytes(payload)
	return raw.String(), err == nil
}

// LinkURL is where a link leads. What opens it stands behind the #, which no browser
// sends to a server: it is in no log, and a mail scanner that visits it uses nothing up.
func (s *Service) LinkURL(p Purpose, id string) string {
	page := map[Purpose]string{Invitation: "/app/invitation", Reset: "/app/reset"}[p]
	return s.BaseURL + page + "#" + s.token(p, id)
}

// newLink makes a link and the message that carries it to a user.
func (s *Service) newLink(p Purpose, u User) (Link, mail.Message, error) {
	now := s.Now()
	l := Link{ID: s.NewID(), Purpose: p, UserID: u.ID, CreatedAt: now, ExpiresAt: now.Add(ResetLife)}
	kind := mail.PasswordReset
	if p == Invitation {
		kind, l.ExpiresAt = mail.Invitation, now.Add(InvitationLife)
	}
	m, err := s.letter(kind, u)
	m.LinkID = l.ID
	return l, m, err
}

// letter makes a message to a user about their account.
func (s *Service) letter(kind mail.Kind, u User) (mail.Message, error) {
	to, err := mail.ParseAddress(u.Email)
	if err != nil {
		return mail.Message{}, err
	}
	m := s.Post.Message(s.NewID(), kind, to, s.Now())
	m.UserID = u.ID
	return m, nil
}

// PasswordChanged makes the message by which a user hears that their password is
// another one now: if it wasn't them, they have to know.
func (s *Service) PasswordChanged(u User) (mail.Message, error) {
	return s.letter(mail.PasswordChanged, u)
}

// APIKeyAdded makes the message by which a user hears that there is a key of theirs.
func (s *Service) APIKeyAdded(u User) (mail.Message, error) {
	return s.letter(mail.APIKeyAdded, u)
}

// Invite makes a user who chooses a password by a link, which goes out to them. It is
// given back too, to be handed over in another way. Errors: those of Add.
func (s *Service) Invite(ctx context.Context, n NewUser) (User, Link, error) {
	u, err := s.invited(n)
	if err != nil {
		return User{}, Link{}, err
	}
	l, m, err := s.newLink(Invitation, u)
	if err != nil {
		return User{}, Link{}, err
	}
	if err := s.Links.Invite(ctx, u, l, m); err != nil {
		return User{}, Link{}, err
	}
	s.Announce()
	return u, l, nil
}

// SendLink sends a user a new link: to whoever has no password yet an invitation, which
// voids those before it, a reset to anybody else. Errors: NotFound, Conflict for a user
// who is disabled.
func (s *Service) SendLink(ctx context.Context, id string) (Link, error) {
	u, err := s.Store.User(ctx, id)
	if err != nil {
		return Link{}, err
	}
	if u.Disabled {
		return Link{}, fault.New(fault.Conflict, "disabled", "They can't sign in. Enable them first.")
	}
	if u.Invited() {
		return s.sendLink(ctx, Invitation, u)
	}
	return s.sendLink(ctx, Reset, u)
}

func (s *Service) sendLink(ctx context.Context, p Purpose, u User) (Link, error) {
	l, m, err := s.newLink(p, u)
	if err != nil {
		return Link{}, err
	}
	if err := s.Links.AddLink(ctx, l, m); err != nil {
		return Link{}, err
	}
	s.Announce()
	return l, nil
}

// AskReset sends a link to whoever has forgotten their password. Whoever asks hears
// nothing of whether anybody has the address, and nothing when too many were asked for.
// Errors: Invalid for no address.
func (s *Service) AskReset(ctx context.Context, email string, from netip.Addr) error {
	address, err := mail.ParseAddress(email)
	if err != nil {
		return fault.Violated([]fault.Violation{{Field: "email", Code: "invalid_email", Message: "Enter an e-mail address like name@example.com."}})
	}
	allowed, err := s.MayAsk(ctx, address.Key(), from)
	if err != nil || !allowed {
		return err
	}
	u, err := s.Store.UserByEmail(ctx, address.Key())
	if fault.KindOf(err) == fault.NotFound || err == nil && (u.Disabled || u.Invited()) {
		return s.Links.NoLink(ctx)
	}
	if err != nil {
		return err
	}
	_, err = s.sendLink(ctx, Reset, u)
	return err
}

// OpenLink gives the link that a token opens, of either purpose, and its user. Errors:
// Invalid, the same for whatever is wrong.
func (s *Service) OpenLink(ctx context.Context, token string) (Link, User, error) {
	for _, p := range []Purpose{Invitation, Reset} {
		if _, ok := s.idOf(p, token); ok {
			return s.open(ctx, p, token)
		}
	}
	return Link{}, User{}, errLink()
}

func (s *Service) open(ctx context.Context, p Purpose, token string) (Link, User, error) {
	id, ok := s.idOf(p, token)
	if !ok {
		return Link{}, User{}, errLink()
	}
	l, u, err := s.Links.Link(ctx, id)
	if fault.KindOf(err) == fault.NotFound || err == nil && (l.Purpose != p || !l.opens(u, s.Now())) {
		return Link{}, User{}, errLink()
	}
	return l, u, err
}

// UseLink gives the user of a link a password, which ends their sessions and voids
// every link of theirs. Whoever had one before is told of it. Errors: Invalid, whatever
// is wrong with the link or the password.
func (s *Service) UseLink(ctx context.Context, p Purpose, token, password string) error {
	l, u, err := s.open(ctx, p, token)
	if err != nil {
		return err
	}
	if v := s.CheckPassword(ctx, u, password); v != nil {
		return fault.Violated([]fault.Violation{*v})
	}
	hash, err := s.Hash(ctx, password)
	if err != nil {
		return err
	}
	var told *mail.Message
	if p == Reset {
		m, err := s.PasswordChanged(u)
		if err != nil {
			return err
		}
		told = &m
	}
	now := s.Now()
	err = s.Links.UseLink(context.WithoutCancel(ctx), l.ID, hash, now, func(l Link, u User) bool { return l.opens(u, now) }, told)
	if fault.KindOf(err) == fault.NotFound { // another use of it came first
		return errLink()
	}
	if err == nil {
		s.Announce()
		s.tell(u.ID)
	}
	return err
}

// Invitations tells until when the links of those who have no password yet work.
func (s *Service) Invitations(ctx context.Context) (map[string]time.Time, error) {
	return s.Links.Invitations(ctx, s.Now())
}
