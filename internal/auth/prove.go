package auth

import (
	"context"
	"net/netip"

	"usher/internal/audit"
	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/staff"
)

// verify gives the user whose name and password these are. An unknown name takes
// the same path and the same time as a wrong password. device is the value of the
// cookie by which a browser shows that the user has signed in there before.
func (s *Service) verify(ctx context.Context, name, password, device string, from netip.Addr) (staff.User, error) {
	key, lookedUp := name, "" // what is no address is nobody's, and not every database takes it
	if address, err := mail.ParseAddress(name); err == nil {
		key = address.Key()
		lookedUp = key
	}
	u, err := s.store.UserByEmail(ctx, lookedUp)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return staff.User{}, err
	}
	attempt := s.throttle.Stranger(SignIns, key, from)
	if id, known := s.devices.open(device, u); known {
		attempt = s.throttle.Device(SignIns, id, key, from)
	}
	err = s.prove(audit.As(ctx, audit.Actor{Network: Network(from)}), u, attempt, password)
	s.see(Caller{User: u}, err)
	return u, err
}

// prove refuses with ErrGrant unless the password is the user's, and with
// fault.Throttled whoever has failed too often. The second check and the count of a
// failure happen in one slot. So of guesses that come at once, as many as there are
// slots, in all replicas together, may pass where one should; all of them count.
func (s *Service) prove(ctx context.Context, u staff.User, attempt Attempt, password string) error {
	check := func() error { return s.throttle.Check(ctx, attempt, s.now()) }
	if err := check(); err != nil { // who has to wait takes no place in the queue
		return err
	}
	return s.passwords.Matches(ctx, u.PasswordHash, password, check, func(matches bool) error {
		if !matches || u.Disabled {
			s.throttle.Fail(ctx, attempt, s.now())
			s.noteFailure(ctx, u, matches, s.pause(ctx, attempt))
			return ErrGrant
		}
		s.throttle.Succeed(ctx, attempt, s.now())
		return nil
	})
}
