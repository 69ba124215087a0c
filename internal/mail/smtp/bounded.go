package smtp

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"
)

var (
	errSlow  = errors.New("no complete answer in time")
	errFlood = errors.New("the answer is too long")
)

// maxAnswer is how many bytes a server may send during one step: far more than
// an EHLO answer or a certificate chain, far less than memory.
const maxAnswer = 256 << 10

// bounded is the connection below everything, TLS too. A step on it ends in time
// because the connection is closed under whatever waits on it. A deadline would
// do the same, but needs the wall clock and can't follow a context.
type bounded struct {
	net.Conn
	left atomic.Int64 // bytes that may still be read during this step
}

func (b *bounded) Read(p []byte) (int, error) {
	left := b.left.Load()
	if left <= 0 {
		return 0, errFlood
	}
	n, err := b.Conn.Read(p[:min(int64(len(p)), left)])
	b.left.Add(int64(-n))
	return n, err
}

// step runs one command with its answer. It is over when do returns, when ctx
// ends or after the timeout, whatever comes first; bytes that drip in don't
// extend it. What do made of a connection that was closed under it is not told,
// unless it is a refusal: textproto takes half a line for a whole one.
func (b *bounded) step(ctx context.Context, timeout time.Duration, do func() error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errSlow)
	defer cancel()
	b.left.Store(maxAnswer)
	stop := context.AfterFunc(ctx, func() { _ = b.Close() })
	err := do()
	if stop() || replyOf(err) != nil {
		return err
	}
	return context.Cause(ctx) // we closed the connection: say why, not that it is closed
}
