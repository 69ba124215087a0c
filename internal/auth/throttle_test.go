package auth_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/storetest"
)

var office = netip.MustParseAddr("198.51.100.7")

// pauseOf is how long the throttle refuses, 0 when it doesn't.
func pauseOf(t interface{ Fatalf(string, ...any) }, err error) time.Duration {
	if err == nil {
		return 0
	}
	var limited *fault.Error
	if !errors.As(err, &limited) || limited.Kind != fault.Throttled || limited.RetryAfter <= 0 {
		t.Fatalf("not a refusal with a pause: %v", err)
	}
	return limited.RetryAfter
}

func newThrottle(tally auth.Tally) *auth.Throttle {
	return auth.NewThrottle(tally, make([]byte, 32), slog.New(slog.DiscardHandler))
}

func TestThrottlePauses(t *testing.T) {
	t.Parallel()
	throttle, now := newThrottle(storetest.Open(t)), storetest.Epoch
	ann, elsewhere := throttle.Stranger(auth.SignIns, "ann", home.Addr), throttle.Stranger(auth.SignIns, "ann", office)
	ben, device := throttle.Stranger(auth.SignIns, "ben", home.Addr), throttle.Device(auth.SignIns, "id", "ann", home.Addr)
	for i, seconds := range []int{
		0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300,
	} {
		throttle.Fail(t.Context(), ann, now)
		want := time.Duration(seconds) * time.Second
		if got := pauseOf(t, throttle.Check(t.Context(), ann, now)); got != want {
			t.Errorf("after failure %d: a pause of %v, want %v", i+1, got, want)
		}
		for name, other := range map[string]auth.Attempt{"another name": ben, "another network": elsewhere, "a device": device} {
			if got := pauseOf(t, throttle.Check(t.Context(), other, now)); got != 0 {
				t.Errorf("after failure %d %s pauses for %v", i+1, name, got)
			}
		}
		now = now.Add(want)
		if throttle.Check(t.Context(), ann, now) != nil {
			t.Errorf("after failure %d it refuses when the pause is over", i+1)
		}
	}
	throttle.Succeed(t.Context(), ann, now)
	throttle.Fail(t.Context(), ann, now)
	if throttle.Check(t.Context(), ann, now) != nil {
		t.Error("a success doesn't clear the pair")
	}
}

// A device has ten tries of its own, which neither come from its network's nor go there.
func TestThrottleOfADevice(t *testing.T) {
	t.Parallel()
	throttle, now := newThrottle(storetest.Open(t)), storetest.Epoch
	stranger, device := throttle.Stranger(auth.SignIns, "ann", home.Addr), throttle.Device(auth.SignIns, "id", "ann", home.Addr)
	for i := range 100 { // they take all that the network has
		throttle.Fail(t.Context(), throttle.Stranger(auth.SignIns, fmt.Sprint("name", i), home.Addr), now)
	}
	if pauseOf(t, throttle.Check(t.Context(), stranger, now)) == 0 || pauseOf(t, throttle.Check(t.Context(), device, now)) != 0 {
		t.Error("strangers lock a device out, or nobody")
	}
	for i := range 10 {
		if pauseOf(t, throttle.Check(t.Context(), device, now)) != 0 {
			t.Errorf("try %d waits", i+1)
		}
		throttle.Fail(t.Context(), device, now)
	}
	if got := pauseOf(t, throttle.Check(t.Context(), device, now)); got != time.Second {
		t.Errorf("after ten tries: a pause of %v", got)
	}
	if got := pauseOf(t, throttle.Check(t.Context(), throttle.Device(auth.SignIns, "other", "ann", home.Addr), now)); got != 0 {
		t.Errorf("another device pauses for %v", got)
	}
	elsewhere := throttle.Stranger(auth.SignIns, "ann", office)
	for range 10 {
		throttle.Fail(t.Context(), elsewhere, now)
	}
	throttle.Succeed(t.Context(), throttle.Device(auth.SignIns, "id", "ann", office), now)
	for name, cleared := range map[string]auth.Attempt{"its tries": device, "the pair's": elsewhere} {
		if pauseOf(t, throttle.Check(t.Context(), cleared, now)) != 0 {
			t.Errorf("a success doesn't clear %s", name)
		}
	}
}

// While nothing can be stored failures count in memory; once there is room everybody
// knows of them.
func TestThrottleOnAFullDisk(t *testing.T) {
	t.Parallel()
	store := storetest.Open(t)
	disk, now := &fullDisk{Tally: store}, storetest.Epoch
	here, elsewhere := newThrottle(disk), newThrottle(store)
	ann, ben := here.Stranger(auth.SignIns, "ann", home.Addr), here.Stranger(auth.SignIns, "ben", home.Addr)
	wait := func(throttle *auth.Throttle, a auth.Attempt) time.Duration {
		return pauseOf(t, throttle.Check(t.Context(), a, now))
	}
	fail := func(a auth.Attempt, times int) {
		for range times {
			here.Fail(t.Context(), a, now)
		}
	}
	fail(ann, 4)
	fail(ben, 11)
	disk.fail(fault.Unstorable(errors.New("full")))
	fail(ann, 6)
	here.Succeed(t.Context(), ben, now)
	fail(ben, 3)
	if got := wait(here, ann); got != time.Second {
		t.Errorf("here: a pause of %v after ten failures, six of them in memory", got)
	}
	if got := wait(here, ben); got != 0 {
		t.Errorf("here: a pause of %v although a success has cleared it", got)
	}
	here.Flush(t.Context(), now)
	if got := wait(elsewhere, ann); got != 0 {
		t.Errorf("elsewhere: a pause of %v before it is stored", got)
	}
	disk.fail(nil)
	fail(ann, 1) // still in memory: Flush is who finds out that there is room
	here.Flush(t.Context(), now)
	for _, throttle := range []*auth.Throttle{here, elsewhere} {
		if ann, ben := wait(throttle, ann), wait(throttle, ben); ann != 2*time.Second || ben != 0 {
			t.Errorf("once there is room: pauses of %v and %v", ann, ben)
		}
	}
	fail(ben, 7)
	if got := wait(elsewhere, ben); got != time.Second {
		t.Errorf("elsewhere: a pause of %v after ten failures since the success", got)
	}
}

// Nothing is allowed that can't be counted: on a full disk nobody can tell by the answer
// whether there is somebody to send a link to.
func TestQuotaOnAFullDisk(t *testing.T) {
	t.Parallel()
	store := storetest.Open(t)
	disk, now := &fullDisk{Tally: store}, storetest.Epoch
	here, elsewhere := newThrottle(disk), newThrottle(store)
	allowed := func(throttle *auth.Throttle, want bool) {
		t.Helper()
		if got, err := throttle.Allow(t.Context(), auth.PasswordResets, "ann", home.Addr, now); got != want || err != nil {
			t.Errorf("Allow = %v, %v", got, err)
		}
	}
	allowed(here, true)
	for _, err := range []error{fault.Unstorable(errors.New("full")), errors.New("a bug")} {
		disk.fail(err)
		if got, err := here.Allow(t.Context(), auth.PasswordResets, "ann", home.Addr, now); got || err == nil {
			t.Errorf("Allow = %v, %v", got, err)
		}
	}
	disk.fail(nil)
	allowed(here, true)
	allowed(elsewhere, true)
	allowed(elsewhere, false)
}

// Of a hundred wrong guesses at once no more than ten are looked at, and one more for
// each further slot: here there is one.
func TestGuessesAtOnce(t *testing.T) {
	t.Parallel()
	s := newSigning(t)
	hashed := s.words.Counted()
	var wrong, limited atomic.Int64
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			_, err := s.SignIn(t.Context(), "ann@firm.example", "a wrong guess", home)
			switch {
			case errors.Is(err, auth.ErrGrant):
				wrong.Add(1)
			case fault.KindOf(err) == fault.Throttled: // or the queue is full
				limited.Add(1)
			default:
				t.Errorf("SignIn: %v", err)
			}
		})
	}
	group.Wait()
	if wrong.Load() != 10 || hashed.Load() != 10 || limited.Load() != 90 {
		t.Errorf("%d were told that it is wrong, %d passwords were hashed, %d were limited", wrong.Load(), hashed.Load(), limited.Load())
	}
}

// The keys name nobody, and can't be found by trying names without the secret.
func TestKeysOfTries(t *testing.T) {
	t.Parallel()
	seen := &keysSeen{}
	other := auth.NewThrottle(seen, []byte(strings.Repeat("x", 32)), slog.New(slog.DiscardHandler))
	throttle := newThrottle(seen)
	for _, a := range []auth.Attempt{
		throttle.Stranger(auth.SignIns, "ann", home.Addr), throttle.Stranger(auth.SignIns, "ann", office), throttle.Stranger(auth.SignIns, "ben", home.Addr),
		throttle.Stranger(auth.SignIns, "", home.Addr), throttle.Device(auth.SignIns, "ann", "ann", home.Addr), throttle.Device(auth.SignIns, "192.0.2.1", "ann", home.Addr),
		throttle.Stranger(auth.PasswordResets, "ann", home.Addr), throttle.Stranger(auth.PasswordResets, "192.0.2.1", home.Addr), other.Stranger(auth.SignIns, "ann", home.Addr),
	} {
		if err := throttle.Check(t.Context(), a, storetest.Epoch); err != nil {
			t.Fatal(err)
		}
	}
	// All but the network's, which "ann", "ben" and "" at home share.
	if want := 2 + 2 + 1 + 1 + 1 + 1 + 2 + 1 + 2; len(seen.keys) != want {
		t.Errorf("%d keys, want %d", len(seen.keys), want)
	}
	for key := range seen.keys {
		if len(key) != 43 || strings.Contains(key, "ann") {
			t.Errorf("key %q", key)
		}
	}
}

type keysSeen struct {
	auth.Tally

	keys map[string]bool
}

func (k *keysSeen) Tries(_ context.Context, keys []string) (map[string]auth.Tries, error) {
	if k.keys == nil {
		k.keys = map[string]bool{}
	}
	for _, key := range keys {
		k.keys[key] = true
	}
	return nil, nil
}

// memory is a tally that a property can afford.
type memory struct{ known map[string]auth.Tries }

func (m *memory) Tries(context.Context, []string) (map[string]auth.Tries, error) {
	return maps.Clone(m.known), nil
}

func (m *memory) ChangeTries(_ context.Context, _ []string, decide func(map[string]auth.Tries) map[string]auth.Tries) error {
	maps.Copy(m.known, decide(m.known))
	return nil
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"::ffff:192.0.2.1", "192.0.2.1", true},
		{"2001:db8::1", "2001:db8::ffff:0:0:1", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"fe80::1%eth0", "fe80::2", true},
	} {
		a, b := auth.Network(netip.MustParseAddr(c.a)), auth.Network(netip.MustParseAddr(c.b))
		if (a == b) != c.same {
			t.Errorf("%s is %s, %s is %s", c.a, a, c.b, b)
		}
	}
}

// Whatever happens in whatever order, on a disk that is full or not: nobody is paused
// for more than five minutes or before a tenth failure of a pair or a hundredth of a
// network; time alone ends every pause; and a refusal holds until its pause is over.
func TestThrottleProperty(t *testing.T) {
	t.Parallel()
	names, networks := []string{"ann", "ben", "cyd"}, []netip.Addr{home.Addr, office}
	rapid.Check(t, func(rt *rapid.T) {
		disk, now := &fullDisk{Tally: &memory{known: map[string]auth.Tries{}}}, storetest.Epoch
		throttle := newThrottle(disk)
		type pair struct {
			name    string
			network netip.Addr
		}
		failed, failedFrom := map[pair]int{}, map[netip.Addr]int{} // since the last success, and ever
		draw := func(rt *rapid.T) (pair, auth.Attempt) {
			p := pair{rapid.SampledFrom(names).Draw(rt, "name"), rapid.SampledFrom(networks).Draw(rt, "network")}
			return p, throttle.Stranger(auth.SignIns, p.name, p.network)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"fail": func(rt *rapid.T) {
				p, a := draw(rt)
				for range rapid.IntRange(1, 30).Draw(rt, "times") {
					throttle.Fail(t.Context(), a, now)
					failed[p]++
					failedFrom[p.network]++
				}
			},
			"succeed": func(rt *rapid.T) {
				p, a := draw(rt)
				throttle.Succeed(t.Context(), a, now)
				failed[p] = 0
			},
			"wait": func(rt *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(1, 1200).Draw(rt, "seconds")) * time.Second)
			},
			"the disk": func(rt *rapid.T) {
				disk.fail(map[bool]error{true: fault.Unstorable(errors.New("full"))}[rapid.Bool().Draw(rt, "full")])
				throttle.Flush(t.Context(), now)
			},
			"": func(rt *rapid.T) {
				for _, network := range networks {
					for _, name := range names {
						a := throttle.Stranger(auth.SignIns, name, network)
						pause := pauseOf(rt, throttle.Check(t.Context(), a, now))
						if pause == 0 {
							continue
						}
						if failed[pair{name, network}] < 10 && failedFrom[network] < 100 {
							rt.Fatalf("%s from %s is paused after %d failures", name, network, failed[pair{name, network}])
						}
						if pause > 5*time.Minute {
							rt.Fatalf("a pause of %v", pause)
						}
						if throttle.Check(t.Context(), a, now.Add(pause-1)) == nil || throttle.Check(t.Context(), a, now.Add(pause)) != nil {
							rt.Fatalf("a pause of %v that isn't", pause)
						}
					}
				}
			},
		})
	})
}
