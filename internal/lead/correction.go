package lead

import (
	"context"
	"time"

	"usher/internal/fault"
	"usher/internal/mail"
)

// The bounds of correcting an address without signing in. They keep whoever finds
// the link later from sending our mail about.
const (
	CorrectionTime  = 30 * time.Minute // after receipt
	mostCorrections = 3
)

// Correctable gives the reason why the lead's address can't be corrected by its
// prospect any more, or nil. Errors: NotFound once the time is over, Conflict when
// it was corrected so often already.
func (l Lead) Correctable(corrections int, now time.Time) error {
	switch {
	case now.Sub(l.CreatedAt) >= CorrectionTime:
		return fault.New(fault.NotFound, "lapsed", "The time to correct the address here is over. Write to the firm and give your reference.")
	case corrections >= mostCorrections:
		return fault.New(fault.Conflict, "too_often", "The address was corrected several times already. Write to the firm and give your reference.")
	}
	return nil
}

// correct decides what a prospect's correction does: another address, an event, and
// a confirmation to it. The address that it has already changes nothing and gives no
// event. The event names no address: it outlives the lead.
func (l Lead) correct(typed string, corrections int, now time.Time) (Lead, []Event, error) {
	address, violation := checkEmail(typed)
	if violation != nil {
		violation.Field = "email"
		return l, nil, fault.Violated([]fault.Violation{*violation})
	}
	if address.Key() == l.EmailKey {
		return l, nil, nil
	}
	if err := l.Correctable(corrections, now); err != nil {
		return l, nil, err
	}
	l.Email, l.EmailKey = address.Typed, address.Key()
	l.Version++
	return l, []Event{{LeadID: l.ID, Kind: AddressCorrected, At: now, Data: map[string]string{}}}, nil
}

// CorrectAddress is how a prospect mends a mistyped e-mail address on the
// confirmation page: the lead has the new one, and the confirmation goes there. One
// that still waits for the old address is not sent. Errors: Invalid for no address,
// those of [Lead.Correctable], NotFound, Unavailable.
func (s *Service) CorrectAddress(ctx context.Context, id, typed string) (Lead, error) {
	ctx, now := context.WithoutCancel(ctx), s.Now()
	l, err := s.Store.CorrectAddress(ctx, id, func(l Lead, corrections int) (Lead, []Event, mail.Message, error) {
		corrected, events, err := l.correct(typed, corrections, now)
		if err != nil || len(events) == 0 {
			return corrected, nil, mail.Message{}, err
		}
		events[0].ID = s.NewID()
		again := corrected
		again.CreatedAt = now // the message's own time, by which its recipient's are counted
		to, err := mail.ParseAddress(corrected.Email)
		if err != nil {
			return l, nil, mail.Message{}, err
		}
		return corrected, events, newMessage(mail.Confirmation, again, to, Draw{NewID: s.NewID}, Firm{Post: s.Post}), nil
	})
	if err == nil {
		s.Announce()
	}
	return l, err
}
