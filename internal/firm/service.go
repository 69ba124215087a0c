package firm

import (
	"context"
	"sync"
	"time"

	"usher/internal/fault"
)

// Store keeps the profile and the notices. What is decided is kept in the
// transaction in which it was read.
type Store interface {
	// Firm gives the profile and the notices that stand.
	Firm(ctx context.Context) (Current, error)
	// LogoBytes gives the logo of a digest, which no page needs to be made. Errors:
	// NotFound when it is not the firm's now.
	LogoBytes(ctx context.Context, digest string) ([]byte, error)
	// ChangeFirm keeps what decide returns when its version is another.
	ChangeFirm(ctx context.Context, decide func(Profile) (Profile, error)) (Profile, error)
	// Notices gives every notice that there was, newest first.
	Notices(ctx context.Context) ([]Notice, error)
	// PublishNotice keeps what decide returns when its version is next. Newest is the
	// newest of the language, of version 0 when it has none.
	PublishNotice(ctx context.Context, language string, decide func(newest Notice, next int64) (Notice, error)) (Notice, error)
}

// Service is the use cases around the firm's profile.
type Service struct {
	Store     Store
	Languages []string // of the firm's pages; the first is the default
	Now       func() time.Time

	mu   sync.Mutex
	last *Current // as it was last read
}

// Current gives the profile and the notices that stand. It is read each time, since
// another replica may have changed it; when the database doesn't answer, pages go on
// with what was read last. It is an error only when there never was any. The maps are
// shared: read them only.
func (s *Service) Current(ctx context.Context) (Current, error) {
	now, err := s.Store.Firm(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil:
		s.last = &now
	case s.last != nil:
		return *s.last, nil
	}
	return now, err
}

// LogoBytes gives the bytes of the firm's logo. Errors: NotFound, Unavailable.
func (s *Service) LogoBytes(ctx context.Context, digest string) ([]byte, error) {
	return s.Store.LogoBytes(ctx, digest)
}

// Change changes the profile. One in which nothing differs keeps its version.
// Holds tells whether the caller means the version that there is. Errors: Invalid
// with every violation, Stale.
func (s *Service) Change(ctx context.Context, c Change, by string, holds func(version int64) bool) (Profile, error) {
	c, bad := c.Check(s.Languages)
	if err := fault.Violated(bad); err != nil {
		return Profile{}, err
	}
	return s.change(ctx, by, func(p Profile) (Profile, error) {
		if !holds(p.Version) {
			return p, fault.New(fault.Stale, "stale", "The profile was changed since you read it. Read it again and decide anew.")
		}
		return p.with(c), nil
	})
}

// SetLogo gives the firm a logo, or, with nil, takes it away.
func (s *Service) SetLogo(ctx context.Context, logo *Logo, by string) (Profile, error) {
	return s.change(ctx, by, func(p Profile) (Profile, error) {
		p.Logo = logo
		return p, nil
	})
}

func (s *Service) change(ctx context.Context, by string, decide func(Profile) (Profile, error)) (Profile, error) {
	return s.Store.ChangeFirm(ctx, func(before Profile) (Profile, error) {
		after, err := decide(before)
		if err != nil || !after.differs(before) {
			return before, err
		}
		after.Version, after.UpdatedAt, after.UpdatedBy = before.Version+1, s.Now(), by
		return after, nil
	})
}

// Publish makes a notice the one that stands in its language, and tells whether it
// is new: the same text again gives the notice that stands. Errors: Invalid.
func (s *Service) Publish(ctx context.Context, n NewNotice, by string) (stands Notice, added bool, err error) {
	notice, bad := n.Check(s.Languages)
	if err := fault.Violated(bad); err != nil {
		return Notice{}, false, err
	}
	stands, err = s.Store.PublishNotice(ctx, notice.Language, func(newest Notice, next int64) (Notice, error) {
		decided, err := notice.after(newest)
		if added = decided.Version == 0; added {
			decided.Version, decided.PublishedAt, decided.PublishedBy = next, s.Now(), by
		}
		return decided, err
	})
	return stands, added && err == nil, err
}
