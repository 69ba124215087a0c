package auth_test

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"

	"usher/internal/auth"
	"usher/internal/fault"
)

var epoch = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

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

func TestThrottlePauses(t *testing.T) {
	t.Parallel()
	throttle, now := auth.NewThrottle(), epoch
	for i, seconds := range []int{
		0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300,
	} {
		throttle.Fail("ann", "net", now)
		want := time.Duration(seconds) * time.Second
		if got := pauseOf(t, throttle.Check("ann", "net", now)); got != want {
			t.Errorf("after failure %d: a pause of %v, want %v", i+1, got, want)
		}
		if got := pauseOf(t, throttle.Check("ben", "net", now)); got != 0 {
			t.Errorf("after failure %d another name pauses for %v", i+1, got)
		}
		if got := pauseOf(t, throttle.Check("ann", "other", now)); got != 0 {
			t.Errorf("after failure %d another network pauses for %v", i+1, got)
		}
		now = now.Add(want)
		if throttle.Check("ann", "net", now) != nil {
			t.Errorf("after failure %d it refuses when the pause is over", i+1)
		}
	}
	throttle.Succeed("ann", "net")
	throttle.Fail("ann", "net", now)
	if throttle.Check("ann", "net", now) != nil {
		t.Error("a success doesn't clear the pair")
	}
}

func TestThrottleWindow(t *testing.T) {
	t.Parallel()
	throttle := auth.NewThrottle()
	for range 9 {
		throttle.Fail("ann", "net", epoch)
	}
	later := epoch.Add(15*time.Minute + 1)
	for range 9 {
		throttle.Fail("ann", "net", later)
	}
	if throttle.Check("ann", "net", later) != nil {
		t.Error("failures of the last window count")
	}
	throttle.Fail("ann", "net", later)
	if throttle.Check("ann", "net", later) == nil {
		t.Error("the tenth is free and unpaused")
	}
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

// Whatever happens in whatever order: nobody is paused for more than five minutes
// or before a tenth failure of a pair or a hundredth of a network; time alone
// ends every pause; and a refusal holds until its pause is over.
func TestThrottleProperty(t *testing.T) {
	t.Parallel()
	names, networks := []string{"ann", "ben", "cyd"}, []string{"home", "office"}
	rapid.Check(t, func(rt *rapid.T) {
		throttle, now := auth.NewThrottle(), epoch
		type pair struct{ name, network string }
		failed, failedFrom := map[pair]int{}, map[string]int{} // since the last success, and ever
		draw := func(rt *rapid.T) pair {
			return pair{rapid.SampledFrom(names).Draw(rt, "name"), rapid.SampledFrom(networks).Draw(rt, "network")}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"fail": func(rt *rapid.T) {
				p := draw(rt)
				for range rapid.IntRange(1, 30).Draw(rt, "times") {
					throttle.Fail(p.name, p.network, now)
					failed[p]++
					failedFrom[p.network]++
				}
			},
			"succeed": func(rt *rapid.T) {
				p := draw(rt)
				throttle.Succeed(p.name, p.network)
				failed[p] = 0
			},
			"wait": func(rt *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(1, 1200).Draw(rt, "seconds")) * time.Second)
			},
			"": func(rt *rapid.T) {
				for _, network := range networks {
					for _, name := range names {
						pause := pauseOf(rt, throttle.Check(name, network, now))
						if pause == 0 {
							continue
						}
						if failed[pair{name, network}] < 10 && failedFrom[network] < 100 {
							rt.Fatalf("%s from %s is paused after %d failures", name, network, failed[pair{name, network}])
						}
						if pause > 5*time.Minute {
							rt.Fatalf("a pause of %v", pause)
						}
						if throttle.Check(name, network, now.Add(pause-1)) == nil || throttle.Check(name, network, now.Add(pause)) != nil {
							rt.Fatalf("a pause of %v that isn't", pause)
						}
					}
				}
			},
		})
	})
}
