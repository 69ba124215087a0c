// Package storetest gives tests a database of their own and the values to fill it
// with. It is for tests only.
package storetest

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"usher/internal/fault"
	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/resume"
	"usher/internal/staff"
	"usher/internal/store"
)

// Epoch is the time at which every test begins.
var Epoch = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// Now is the clock of every store: it stands.
func Now() time.Time { return Epoch }

// Open gives an empty, migrated database that goes away with the test.
func Open(t testing.TB) *store.Store {
	t.Helper()
	return OpenAt(t, filepath.Join(t.TempDir(), "usher.db"), store.Options{})
}

// OpenAt is Open for a file and options of the test's own.
func OpenAt(t testing.TB, path string, opts store.Options) *store.Store {
	t.Helper()
	opts.Path = path
	s := open(t, opts)
	if _, err := s.Migrate(t.Context(), func(int64) string { return path + ".before" }); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	return s
}

// opened remembers how each store was opened.
var opened sync.Map // of *store.Store to store.Options

func open(t testing.TB, opts store.Options) *store.Store {
	t.Helper()
	opts.NewID, opts.Now = NewID, Now
	if opts.Latch == nil {
		opts.Latch = &fault.Latch{}
	}
	s, err := store.Open(t.Context(), opts)
	if err != nil {
		t.Fatalf("open the database: %v", err)
	}
	opened.Store(s, opts)
	t.Cleanup(func() {
		opened.Delete(s)
		_ = s.Close()
	})
	return s
}

// Again opens the database of a store once more, as another process would.
func Again(t testing.TB, s *store.Store) *store.Store {
	t.Helper()
	opts, _ := opened.Load(s)
	known, ok := opts.(store.Options)
	if !ok {
		t.Fatal("this store was not opened here")
	}
	return open(t, known)
}

// NewID makes an id.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Lead makes the n-th lead of a test with its messages: each a second after the
// one before, with an address of its own.
func Lead(t testing.TB, n int) (lead.Lead, lead.Event, []mail.Message) {
	t.Helper()
	return LeadOf(t, n, fmt.Sprintf("prospect%d@example.com", n), Epoch.Add(time.Duration(n)*time.Second))
}

// LeadOf is Lead with an address and a time.
func LeadOf(t testing.TB, n int, email string, now time.Time) (lead.Lead, lead.Event, []mail.Message) {
	t.Helper()
	attorney, err := mail.ParseAddress("attorney@firm.example")
	if err != nil {
		t.Fatal(err)
	}
	key := NewID()
	l, messages, err := lead.New(
		lead.Submission{FirstName: "Name", LastName: fmt.Sprint(n), Email: email},
		resume.Ref{Key: key, Filename: "cv.pdf", ContentType: "application/pdf", Size: 15, SHA256: strings.Repeat("a", 64)},
		lead.Draw{ID: NewID(), Reference: fmt.Sprintf("%03d-%03d", n/1000, n%1000), NewID: NewID},
		lead.Firm{Attorneys: []mail.Address{attorney}, Post: mail.Post{Domain: "firm.example"}}, now)
	if err != nil {
		t.Fatalf("lead.New: %v", err)
	}
	return l, lead.Event{ID: NewID(), LeadID: l.ID, Kind: lead.Received, At: now}, messages
}

// Add keeps the n-th lead.
func Add(t testing.TB, s *store.Store, n int) lead.Lead {
	t.Helper()
	l, event, messages := Lead(t, n)
	kept, _, err := s.AddLead(t.Context(), l, event, messages, nil)
	if err != nil {
		t.Fatalf("AddLead: %v", err)
	}
	return kept
}

// User makes a user.
func User(email string, role staff.Role) staff.User {
	return staff.User{
		ID: NewID(), Email: email, EmailKey: strings.ToLower(email), Role: role, PasswordHash: "-", CreatedAt: Epoch, SignedInFrom: Epoch,
	}
}

// Told makes the message that tells a user of another password.
func Told(t testing.TB, u staff.User) mail.Message {
	t.Helper()
	to, err := mail.ParseAddress(u.Email)
	if err != nil {
		t.Fatal(err)
	}
	m := mail.Post{Domain: "firm.example"}.Message(NewID(), mail.PasswordChanged, to, Epoch)
	m.UserID = u.ID
	return m
}
