package mail_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"usher/internal/mail"
	"usher/internal/words"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is an Outbox that is strict about leases: whatever a dispatcher may not
// do is an error in wrong, not only to the caller.
type memory struct {
	mu     sync.Mutex
	rows   map[string]*row
	order  []string
	wrong  []string
	leases map[string]bool
	fail   func(call string) error // asked before each call
}

type row struct {
	mail.Due
	until  time.Time
	handed bool
	claims int
}

func newMemory() *memory { return &memory{rows: map[string]*row{}, leases: map[string]bool{}} }

// epoch is when every test begins.
var epoch = time.Date(2026, 11, 23, 9, 14, 0, 0, time.UTC)

func (o *memory) add(recipient string, change ...func(*mail.Due)) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	id := fmt.Sprintf("m%d", len(o.rows)+1)
	due := mail.Due{
		Message: mail.Message{
			ID: id, LeadID: "lead-" + id, Kind: mail.Confirmation, Recipient: recipient,
			MessageID: "<" + id + "@usher.example>", State: mail.Queued, CreatedAt: epoch, NextAt: epoch,
		},
		Facts: mail.Facts{FirstName: "Ana", LastName: "Silva", Email: recipient, Reference: "7K4-Q2M", ReceivedAt: epoch},
	}
	for _, f := range change {
		f(&due)
	}
	o.rows[id] = &row{Due: due}
	o.order = append(o.order, id)
	return id
}

func (o *memory) get(id string) mail.Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.rows[id].Message
}

func (o *memory) leased(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.rows[id].Lease != ""
}

// count tells how many messages are in a state.
func (o *memory) count(state mail.State) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, r := range o.rows {
		if r.State == state {
			n++
		}
	}
	return n
}

// voidAll is what a store does when the process that held the leases is dead.
func (o *memory) voidAll() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		r.void()
	}
}

func (r *row) void() {
	if r.Lease != "" && r.handed {
		r.Doubtful++
	}
	r.Lease, r.handed, r.until = "", false, time.Time{}
}

func (o *memory) lock(ctx context.Context, call string) error {
	o.mu.Lock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if o.fail != nil {
		return o.fail(call)
	}
	return nil
}

func (o *memory) Claim(ctx context.Context, lease string, now, until time.Time, limit int) ([]mail.Due, error) {
	defer o.mu.Unlock()
	if err := o.lock(ctx, "claim"); err != nil {
		return nil, err
	}
	if o.leases[lease] || lease == "" || limit < 1 || !until.After(now) {
		o.wrong = append(o.wrong, fmt.Sprintf("claim with lease %q, limit %d", lease, limit))
	}
	o.leases[lease] = true
	var claimed []mail.Due
	for _, id := range o.order {
		r := o.rows[id]
		if r.NextAt.IsZero() || r.NextAt.After(now) || r.Lease != "" && r.until.After(now) {
			continue
		}
		r.void()
		if r.State != mail.Queued && r.State != mail.Retrying {
			o.wrong = append(o.wrong, "a settled message is due: "+id)
		}
		r.Lease, r.until = lease, until
		r.Attempts++
		r.claims++
		if claimed = append(claimed, r.Due); len(claimed) == limit {
			break
		}
	}
	return claimed, nil
}

func (o *memory) holder(id, lease string) (*row, error) {
	if r := o.rows[id]; r != nil && r.Lease == lease && lease != "" {
		return r, nil
	}
	return nil, mail.ErrLeaseLost
}

func (o *memory) HandOver(ctx context.Context, id, lease string) error {
	defer o.mu.Unlock()
	if err := o.lock(ctx, "hand over"); err != nil {
		return err
	}
	r, err := o.holder(id, lease)
	if err == nil {
		r.handed = true
	}
	return err
}

func (o *memory) Settle(ctx context.Context, id, lease string, result mail.Result) error {
	defer o.mu.Unlock()
	if err := o.lock(ctx, "settle"); err != nil {
		return err
	}
	r, err := o.holder(id, lease)
	if err != nil {
		return err
	}
	r.Lease, r.handed, r.until = "", false, time.Time{}
	r.State, r.LastError, r.NextAt, r.SentAt = result.State, result.LastError, result.NextAt, result.SentAt
	if (result.State == mail.Retrying) == result.NextAt.IsZero() || (result.State == mail.Sent) == result.SentAt.IsZero() {
		o.wrong = append(o.wrong, fmt.Sprintf("%s settled as %+v", id, result))
	}
	return nil
}

func (o *memory) Release(ctx context.Context, id, lease string) error {
	defer o.mu.Unlock()
	if err := o.lock(ctx, "release"); err != nil {
		return err
	}
	r, err := o.holder(id, lease)
	if err != nil {
		return err
	}
	if r.handed {
		o.wrong = append(o.wrong, "released after the hand-over: "+id)
	}
	r.Attempts--
	r.Lease, r.until = "", time.Time{}
	return nil
}

func (o *memory) NextDue(ctx context.Context) (time.Time, error) {
	defer o.mu.Unlock()
	if err := o.lock(ctx, "next due"); err != nil {
		return time.Time{}, err
	}
	var next time.Time
	for _, r := range o.rows {
		if r.Lease == "" && !r.NextAt.IsZero() && (next.IsZero() || r.NextAt.Before(next)) {
			next = r.NextAt
		}
	}
	return next, nil
}

func (o *memory) MessageSummary(ctx context.Context, since time.Time, _ bool) (sum mail.Summary, err error) {
	defer o.mu.Unlock()
	if err := o.lock(ctx, "stuck"); err != nil {
		return sum, err
	}
	for _, r := range o.rows {
		if r.State == mail.Dead {
			sum.Dead++
		}
		if r.State != mail.Queued && r.State != mail.Retrying {
			continue
		}
		sum.Waiting++
		if !r.CreatedAt.After(since) {
			sum.Stuck++
		}
	}
	return sum, nil
}

// check fails the test if the dispatcher did anything it may not do.
func (o *memory) check(tb testing.TB) {
	tb.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, w := range o.wrong {
		tb.Error(w)
	}
}

// states shows every message for comparing, by id.
func (o *memory) states() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	rows := make([]string, 0, len(o.rows))
	for _, r := range o.rows {
		rows = append(rows, r.ID+" "+string(r.State))
	}
	slices.SortFunc(rows, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return rows
}

var _ mail.Outbox = (*memory)(nil)

// clock is a clock that a test moves by hand.
type clock struct{ atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.Store(epoch.UnixNano())
	return c
}

func (c *clock) now() time.Time       { return time.Unix(0, c.Load()).UTC() }
func (c *clock) move(d time.Duration) { c.Add(int64(d)) }

func env(now func() time.Time) mail.Env {
	var n atomic.Int64
	return mail.Env{
		Now: now, Jitter: func() float64 { return 0.5 },
		NewLease: func() string { return "lease-" + strconv.FormatInt(n.Add(1), 10) },
		Log:      slog.New(slog.DiscardHandler),
	}
}

func renderer(tb testing.TB, languages ...string) *mail.Renderer {
	tb.Helper()
	return rendererFor(tb, mail.Letterhead{Firm: "Silva & Partners, LLC"}, languages...)
}

// rendererFor writes the letters of a firm in these languages, in all of them when
// none is named.
func rendererFor(tb testing.TB, head mail.Letterhead, languages ...string) *mail.Renderer {
	tb.Helper()
	from, err := mail.ParseMailbox("Silva & Partners, LLC <intake@firm.example>")
	if err != nil {
		tb.Fatal(err)
	}
	all, err := words.New(languages...)
	if err != nil {
		tb.Fatal(err)
	}
	r, err := mail.NewRenderer(func() mail.Letterhead { return head }, all, from, "https://usher.example/")
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// sendFunc is a Sender of a test's own.
type sendFunc func(context.Context, mail.Letter, func(context.Context) error) error

func (f sendFunc) Send(ctx context.Context, l mail.Letter, handOver func(context.Context) error) error {
	return f(ctx, l, handOver)
}
