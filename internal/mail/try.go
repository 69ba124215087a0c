package mail

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// handing is how far one try came with the hand-over.
type handing struct {
	done bool // the outbox knows that the server may have the message from here on
	lost bool // the message is somebody else's now
}

// try brings one claimed message to the server and settles it.
func (s *shift) try(c claim, place *ticket) {
	if result, ok := s.policy.Before(c.Message); !ok {
		s.env.Log.Warn("message given up: two doubtful tries", "message", c.ID, "lead", c.LeadID, "kind", c.Kind)
		s.settle(c, result)
		return
	}
	var h handing
	err := s.send(c, &h)
	place.learn(err, s.env.Now(), s.env.Jitter())
	s.logTry(c, err)
	switch {
	case h.lost:
		return // whoever holds the lease settles it
	case err != nil && s.tries.Err() != nil && failureOf(err).Code == 0:
		// Stopped in the middle, without an answer.
		if !h.done {
			ctx, cancel := s.storing()
			defer cancel()
			s.giveBack(ctx, c)
		}
		return // handed over: the lease stays, and tells the next process that this try is doubtful
	}
	s.settle(c, s.policy.After(c.Message, err, s.env.Now(), s.env.Jitter()))
}

func (s *shift) send(c claim, h *handing) error {
	letter, err := s.render.Render(c.Due)
	if err != nil {
		return &Failure{Trouble: Refused, Stage: "Usher", Text: "the message can't be written", Cause: err}
	}
	ctx, cancel := context.WithTimeout(s.tries, s.policy.TryLimit)
	defer cancel()
	return s.sender.Send(ctx, letter, func(ctx context.Context) error {
		err := s.outbox.HandOver(ctx, c.ID, c.Lease)
		h.done, h.lost = err == nil, errors.Is(err, ErrLeaseLost)
		return err
	})
}

// settle records what became of a message. A sent message that isn't recorded
// would be sent again, so a broken outbox is asked until the lease ends or the
// dispatcher has to stop.
func (s *shift) settle(c claim, result Result) {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, storeLimit) {
		ctx, cancel := s.storing()
		err := s.outbox.Settle(ctx, c.ID, c.Lease, result)
		cancel()
		if err == nil {
			return
		}
		s.env.Log.Error("message not settled", "message", c.ID, "state", result.State, "error", err)
		if errors.Is(err, ErrLeaseLost) || s.tries.Err() != nil || s.env.Now().Add(wait).After(c.until) {
			return
		}
		pause(s.tries, wait)
	}
}

// logTry writes one line a try: ids and codes, no addresses, no server's words.
func (s *shift) logTry(c claim, err error) {
	log := s.env.Log.With("message", c.ID, "lead", c.LeadID, "kind", c.Kind, "attempt", c.Attempts)
	switch {
	case err == nil:
		log.Info("message sent")
	case errors.Is(err, ErrCaptured):
		log.Debug("message captured")
	default:
		f := failureOf(err)
		attrs := []any{"trouble", f.Trouble.String(), "stage", f.Stage, "code", f.Code}
		if _, ok := errors.AsType[*Failure](err); !ok {
			attrs = append(attrs, slog.Any("error", err)) // the outbox's, not the server's
		}
		log.Warn("message not sent", attrs...)
	}
}
