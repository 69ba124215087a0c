package edge

import (
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"usher/internal/auth"
	"usher/internal/fault"
)

// Limiter bounds how often one network may submit. A nil Limiter allows all.
type Limiter struct {
	mu      sync.Mutex
	rate    rate.Limit
	burst   int
	clients map[string]*client
}

type client struct {
	limiter *rate.Limiter
	seen    time.Time
}

const mostClients = 50_000

// NewLimiter allows a network so many submissions a minute, and so many at once.
func NewLimiter(perMinute float64, burst int) *Limiter {
	return &Limiter{rate: rate.Limit(perMinute / 60), burst: burst, clients: map[string]*client{}}
}

// Allow counts a submission, or refuses it with fault.Throttled and the pause
// after which one would pass.
func (l *Limiter) Allow(r *http.Request, now time.Time) error {
	if l == nil {
		return nil
	}
	reservation := l.of(auth.Network(Client(r)), now).ReserveN(now, 1)
	pause := reservation.DelayFrom(now)
	if reservation.OK() && pause == 0 {
		return nil
	}
	reservation.CancelAt(now)
	return &fault.Error{
		Kind: fault.Throttled, Code: "too_many_submissions", RetryAfter: max(pause, time.Second),
		Detail: "Too many submissions from your network. Wait a moment, then send it again.",
	}
}

func (l *Limiter) of(network string, now time.Time) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.clients[network]
	if c == nil {
		if len(l.clients) >= mostClients {
			l.forget(now)
		}
		c = &client{limiter: rate.NewLimiter(l.rate, l.burst)}
		l.clients[network] = c
	}
	c.seen = now
	return c.limiter
}

// forget drops those whose allowance is full again, and if that is nobody, all:
// memory is bounded before fairness is.
func (l *Limiter) forget(now time.Time) {
	for network, c := range l.clients {
		if c.limiter.TokensAt(now) >= float64(l.burst) {
			delete(l.clients, network)
		}
	}
	if len(l.clients) >= mostClients {
		clear(l.clients)
	}
}
