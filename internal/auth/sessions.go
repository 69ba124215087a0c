package auth

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"

	"usher/internal/audit"
	"usher/internal/fault"
	"usher/internal/staff"
)

// Place is where somebody signs in.
type Place struct {
	Addr  netip.Addr
	Agent string // as the header User-Agent has it
}

func (s *Service) newSession(u staff.User, from Place) Session {
	now := s.now()
	return Session{
		ID: s.newID(), UserID: u.ID, CreatedAt: now, SignedInFrom: u.SignedInFrom, SeenAt: now,
		Network: networkName(from.Addr), Agent: agentName(from.Agent),
	}
}

// MostListed is how many sessions are listed. A program that signs in for each of its
// calls begins thousands.
const MostListed = 100

var errNoSession = fault.New(fault.NotFound, "not_found", "There is no such session.")

// Sessions gives the caller's sessions that speak for them now, the latest use first, at
// most MostListed.
func (s *Service) Sessions(ctx context.Context, c Caller) ([]Session, error) {
	now := s.now()
	all, err := s.browsers.SessionsOf(ctx, c.User, now, MostListed)
	if err != nil {
		return nil, err
	}
	for _, held := range s.waiting.of(c.ID) {
		if !slices.ContainsFunc(all, func(stored Session) bool { return stored.ID == held.ID }) {
			all = append(all, held)
		}
	}
	for i := range all {
		all[i] = s.waiting.recall(all[i])
	}
	all = slices.DeleteFunc(all, func(session Session) bool { return !session.Valid(c.User) || session.Lapsed(now) })
	slices.SortFunc(all, func(a, b Session) int {
		return cmp.Or(b.SeenAt.Compare(a.SeenAt), b.CreatedAt.Compare(a.CreatedAt), strings.Compare(b.ID, a.ID))
	})
	return all[:min(len(all), MostListed)], nil
}

// EndSession ends one of the caller's sessions, at once, even when that can't be stored
// now. Errors: NotFound for one of somebody else's, and for one that is over.
func (s *Service) EndSession(ctx context.Context, c Caller, id string) error {
	session, u, err := s.session(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return errNoSession
	}
	if err != nil {
		return err
	}
	session = s.waiting.recall(session)
	if u.ID != c.ID || !session.Valid(u) || session.Lapsed(s.now()) {
		return errNoSession
	}
	return s.end(ctx, id, audit.SessionEnded)
}

// EndOthers ends all sessions of the caller but the one by which they call. Errors:
// Unavailable while it can't be stored, and then none has ended.
func (s *Service) EndOthers(ctx context.Context, c Caller) error {
	s.flushing.Lock() // else a flush could store one after its end
	defer s.flushing.Unlock()
	if err := s.browsers.EndSessionsOf(context.WithoutCancel(ctx), c.ID, c.Session.ID, s.now()); err != nil {
		return err
	}
	for _, held := range s.waiting.of(c.ID) {
		if held.ID != c.Session.ID {
			s.waiting.drop(held.ID)
		}
	}
	s.ended()
	return nil
}

func networkName(addr netip.Addr) string {
	if !addr.IsValid() {
		return ""
	}
	return Network(addr)
}

// The names by which User-Agent tells browsers and systems apart, each before those that
// it also names. What they are called is the same in every language.
var (
	browserMarks = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}
	systemMarks = [][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"},
		{"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	}
)

const longestAgent = 60 // bytes

// agentName is what people may recognise of a User-Agent header: a browser and its
// system, such as "Firefox, Windows", or else how a program calls itself first, such as
// "curl/8.5.0". No more is kept: the rest would tell people apart.
func agentName(header string) string {
	if strings.HasPrefix(header, "Mozilla/") {
		browser, system := firstMark(header, browserMarks), firstMark(header, systemMarks)
		return strings.Trim(browser+", "+system, ", ")
	}
	product, _, _ := strings.Cut(strings.TrimSpace(header), " ")
	product = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, product)
	return product[:min(len(product), longestAgent)]
}

func firstMark(header string, marks [][2]string) string {
	for _, mark := range marks {
		if strings.Contains(header, mark[0]) {
			return mark[1]
		}
	}
	return ""
}
