package lead

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"usher/internal/audit"
	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/resume"
)

// ErrUncertain marks a failed commit of which nobody can know whether it
// reached the disk. What belongs to it must not be cleaned up.
var ErrUncertain = errors.New("the commit's outcome is unknown")

// ErrReferenceTaken says that another lead has the drawn reference already.
var ErrReferenceTaken = errors.New("the reference is taken")

// Key is an idempotency key and the fingerprint of what was sent under it.
type Key struct {
	Value       string
	Fingerprint string
	Now         time.Time
}

// KeyLife is how long an idempotency key is remembered.
const KeyLife = 24 * time.Hour

// Filter says which leads of the list are asked for. The zero value asks for all.
type Filter struct {
	State    State     // empty for any
	Assignee *string   // a user's id, empty for leads without one; nil for any
	Language string    // a language tag: leads in it or in a form of it, so that es finds es-MX too; empty for any
	From, To time.Time // of receipt, both included; zero for no bound
	Words    *[]string // all of them are beginnings of the lead's words (package search); nil for no search
	// SameEmailAs is the id of a lead: only leads of its e-mail address are asked
	// for, it among them; empty for any. An id that no lead has finds nothing.
	SameEmailAs string
}

// Page asks for one page of the list.
type Page struct {
	Filter
	Oldest bool      // first, rather than the newest
	Limit  int       // of leads, 1 or more
	After  *Position // nil for the first page
}

// Position is a place between two leads of the list.
type Position struct {
	CreatedAt time.Time
	ID        string
}

// Store keeps leads. Every method is one transaction, and a write is on disk
// when it returns.
type Store interface {
	// AddLead keeps a lead with its first event, its messages and, when key is
	// not nil, the key. When the key already stands for the same submission it
	// keeps nothing and returns that lead and true. Errors: ErrReferenceTaken,
	// ErrUncertain, fault.Invalid for a key used with another submission,
	// fault.Unavailable.
	AddLead(ctx context.Context, l Lead, received Event, messages []mail.Message, key *Key) (Lead, bool, error)
	// ChangeLead reads the lead, asks decide, and keeps what it returns; no
	// events mean that nothing is written. Errors: those of decide, NotFound.
	ChangeLead(ctx context.Context, id string, decide func(Lead) (Lead, []Event, error)) (Lead, error)
	// CorrectAddress reads the lead and how often its address was corrected, asks
	// decide, and keeps what it returns: the lead's address, found by it, the events,
	// the message. Confirmations that still wait for another address are suppressed.
	// No events mean that nothing is written. Errors: those of decide, NotFound.
	CorrectAddress(ctx context.Context, id string, decide func(l Lead, corrections int) (Lead, []Event, mail.Message, error)) (Lead, error)
	// EraseLead deletes the lead, its messages and keys, leaves the event and a
	// tombstone that holds the resume's key until FinishErasure.
	EraseLead(ctx context.Context, id string, check func(Lead) error, erased Event) (Lead, error)
	// FinishErasure records that the erased lead's resume is gone.
	FinishErasure(ctx context.Context, id string) error
	// RecordView keeps a resume_viewed event unless the same user has one for
	// the same lead since the given time.
	RecordView(ctx context.Context, viewed Event, since time.Time) error
}

// Reader reads leads. What AddLead has returned is there at once.
type Reader interface {
	Lead(ctx context.Context, id string) (Lead, error) // fault.NotFound
	Leads(ctx context.Context, page Page) ([]Lead, error)
	// Counts gives the number of leads in each state, exact.
	Counts(ctx context.Context, f Filter) (map[State]int, error)
	// Events gives the timeline, newest first, after a position in it.
	Events(ctx context.Context, leadID string, limit int, after *Position) ([]Event, error) // fault.NotFound
	FirstAdmin(ctx context.Context) (email string, err error)                               // empty when there is none
	// Confirmation is how far the prospect's message to the lead's address has come;
	// empty when there is none.
	Confirmation(ctx context.Context, l Lead) (mail.State, error)
}

// Upload is a received resume that is not yet kept.
type Upload interface {
	Ref() resume.Ref
	Keep(ctx context.Context) error
	Discard()
}

// Resumes keeps the files.
type Resumes interface {
	Open(ctx context.Context, ref resume.Ref) (io.ReadSeekCloser, error)
	Remove(ctx context.Context, key string) error
}

// Service is the use cases around a lead.
type Service struct {
	Store    Store
	Reader   Reader
	Resumes  Resumes
	Announce func() // wakes the dispatcher after a commit
	// Forget lets go of what is kept of a resume elsewhere, by its digest.
	Forget func(ctx context.Context, sha256 string) error
	// MayTake tells whether a user may be given a lead.
	MayTake func(ctx context.Context, user string) (bool, error)

	Attorneys []mail.Address // who is told; empty means the first admin
	Post      mail.Post
	Now       func() time.Time
	NewID     func() string
	Random    func() byte
	Log       *slog.Logger

	mu    sync.Mutex
	views []heldView
}

// Submit keeps a submission: first the resume, then, in one transaction, the
// lead, its event and its messages. When it returns a lead, all of it survives a
// power cut; when it returns an error, no lead was kept. A repeat under the same
// idempotency key returns the lead of the first try.
func (s *Service) Submit(ctx context.Context, sub Submission, upload Upload, idempotencyKey string) (Lead, error) {
	defer upload.Discard()
	if err := fault.Violated(sub.Check()); err != nil {
		return Lead{}, err
	}
	// From here on the work is finished even if the prospect hangs up: half a
	// commit helps nobody.
	ctx = context.WithoutCancel(ctx)
	firm, err := s.firm(ctx)
	if err != nil {
		return Lead{}, err
	}
	if err := upload.Keep(ctx); err != nil {
		return Lead{}, err
	}
	kept, replayed, err := s.add(ctx, sub, upload.Ref(), firm, idempotencyKey)
	if err != nil || replayed {
		s.dropResume(ctx, upload.Ref().Key, err)
	}
	if err == nil && !replayed {
		s.Announce()
	}
	return kept, err
}

func (s *Service) add(ctx context.Context, sub Submission, ref resume.Ref, firm Firm, idempotencyKey string) (Lead, bool, error) {
	now := s.Now()
	var key *Key
	if idempotencyKey != "" {
		key = &Key{Value: idempotencyKey, Fingerprint: Fingerprint(sub, ref), Now: now}
	}
	for range 8 { // a reference is one of 480 million, so that even a second draw is rare
		l, messages, err := New(sub, ref, Draw{ID: s.NewID(), Reference: Reference(s.Random), NewID: s.NewID}, firm, now)
		if err != nil {
			return Lead{}, false, err
		}
		received := Event{ID: s.NewID(), LeadID: l.ID, Kind: Received, At: now, Data: signals(sub)}
		kept, replayed, err := s.Store.AddLead(ctx, l, received, messages, key)
		if !errors.Is(err, ErrReferenceTaken) {
			return kept, replayed, err
		}
	}
	return Lead{}, false, fault.Unstorable(ErrReferenceTaken)
}

func signals(sub Submission) map[string]string {
	data := map[string]string{}
	for _, name := range sub.Signals {
		data["signal_"+name] = "true"
	}
	return data
}

// dropResume removes a kept resume that no lead refers to. After an uncertain
// commit it stays: the lead may be there after the next start.
func (s *Service) dropResume(ctx context.Context, key string, cause error) {
	if errors.Is(cause, ErrUncertain) {
		return
	}
	if err := s.Resumes.Remove(ctx, key); err != nil {
		s.Log.Warn("a resume without a lead is left to the sweep", "key", key, "error", err)
	}
}

// Told are the addresses to which the firm's mail about a new lead goes now; none
// while there is nobody to tell.
func (s *Service) Told(ctx context.Context) ([]mail.Address, error) {
	firm, err := s.firm(ctx)
	return firm.Attorneys, err
}

func (s *Service) firm(ctx context.Context) (Firm, error) {
	firm := Firm{Attorneys: s.Attorneys, Post: s.Post}
	if len(firm.Attorneys) > 0 {
		return firm, nil
	}
	email, err := s.Reader.FirstAdmin(ctx)
	if err != nil || email == "" {
		return firm, err
	}
	address, err := mail.ParseAddress(email)
	if err == nil {
		firm.Attorneys = []mail.Address{address}
	}
	return firm, err
}

// Mark carries out what staff ask for. See [Lead.Apply].
func (s *Service) Mark(ctx context.Context, id string, m Mark, user string, seen Precondition) (Lead, error) {
	return s.change(ctx, id, user, seen, func(l Lead, by Actor) (Lead, []Event, error) { return l.Apply(m, by) })
}

// Reopen puts a lead back to PENDING. See [Lead.Reopen].
func (s *Service) Reopen(ctx context.Context, id, reason, user string, seen Precondition) (Lead, error) {
	return s.change(ctx, id, user, seen, func(l Lead, by Actor) (Lead, []Event, error) { return l.Reopen(reason, by) })
}

// Assign gives the lead to a user, or to nobody when assignee is empty. See
// [Lead.Assign]. Errors: Invalid when there is no such user who could take it.
func (s *Service) Assign(ctx context.Context, id, assignee, user string, seen Precondition) (Lead, error) {
	if assignee != "" {
		may, err := s.MayTake(ctx, assignee)
		if err != nil {
			return Lead{}, err
		}
		if !may {
			return Lead{}, NobodyKnown()
		}
	}
	return s.change(ctx, id, user, seen, func(l Lead, by Actor) (Lead, []Event, error) { return l.Assign(assignee, by) })
}

// Note adds a note of the firm's to the timeline and gives it back. The lead's
// version stays: what a prospect sent and how far the firm is haven't changed.
func (s *Service) Note(ctx context.Context, id, text, user string) (Event, error) {
	text, err := noteText(text)
	if err != nil {
		return Event{}, err
	}
	note := Event{ID: s.NewID(), LeadID: id, Kind: Noted, At: s.Now(), Actor: user, Data: map[string]string{"text": text}}
	_, err = s.Store.ChangeLead(ctx, id, func(l Lead) (Lead, []Event, error) { return l, []Event{note}, nil })
	return note, err
}

func (s *Service) change(ctx context.Context, id, user string, seen Precondition, decide func(Lead, Actor) (Lead, []Event, error)) (Lead, error) {
	by := Actor{UserID: user, At: s.Now(), Seen: seen}
	return s.Store.ChangeLead(ctx, id, func(l Lead) (Lead, []Event, error) {
		changed, events, err := decide(l, by)
		for i := range events {
			events[i].ID, events[i].LeadID, events[i].At, events[i].Actor = s.NewID(), id, by.At, user
		}
		return changed, events, err
	})
}

// Erase deletes a lead for good: its personal data, its messages and its resume.
// An event and a tombstone stay.
func (s *Service) Erase(ctx context.Context, id, user string, seen Precondition) error {
	ctx = context.WithoutCancel(ctx)
	erased := Event{ID: s.NewID(), LeadID: id, Kind: Erased, At: s.Now(), Actor: user}
	l, err := s.Store.EraseLead(ctx, id, seen.check, erased)
	if err != nil {
		return err
	}
	if err := s.Forget(ctx, l.Resume.SHA256); err != nil {
		s.Log.Warn("a form's copy of an erased resume stays until it lapses", "lead", id, "error", err)
	}
	return s.RemoveErased(ctx, id, l.Resume.Key)
}

// RemoveErased removes the resume of an erased lead. It is repeated at the next
// start when it fails here.
func (s *Service) RemoveErased(ctx context.Context, id, key string) error {
	if err := s.Resumes.Remove(ctx, key); err != nil {
		return fault.Unstorable(err)
	}
	return s.Store.FinishErasure(ctx, id)
}

// OpenResume opens a lead's resume after checking every byte against its
// digest. With viewed it leaves an event, one for each user, lead and ten
// minutes; failing to write that doesn't keep anybody from reading.
func (s *Service) OpenResume(ctx context.Context, id, user string, viewed bool) (Lead, io.ReadSeekCloser, error) {
	l, err := s.Reader.Lead(ctx, id)
	if err != nil {
		return Lead{}, nil, err
	}
	file, err := s.Resumes.Open(ctx, l.Resume)
	if err != nil {
		return l, nil, err
	}
	if viewed {
		now := s.Now()
		event := Event{ID: s.NewID(), LeadID: id, Kind: ResumeViewed, At: now, Actor: user}
		if err := s.Store.RecordView(ctx, event, now.Add(-viewWindow)); err != nil {
			s.holdBack(heldView{event, audit.ActorOf(ctx)}, err)
		}
	}
	return l, file, nil
}
