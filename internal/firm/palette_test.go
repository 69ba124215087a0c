package firm_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"usher/internal/firm"
)

// contrast is WCAG's, computed anew from the hex forms.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	luminance := func(s string) float64 {
		var parts [3]uint8
		if _, err := fmt.Sscanf(s, "#%02x%02x%02x", &parts[0], &parts[1], &parts[2]); err != nil || len(s) != 7 {
			t.Fatalf("%q: %v", s, err)
		}
		sum := 0.0
		for i, share := range []float64{0.2126, 0.7152, 0.0722} {
			v := float64(parts[i]) / 255
			if v <= 0.04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+0.055)/1.055, 2.4)
			}
			sum += share * v
		}
		return sum
	}
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x, y) / min(x, y)
}

func TestPaletteOfUsher(t *testing.T) {
	t.Parallel()
	want := firm.Palette{Light: firm.Shade{"#175a8a", "#11476e", "#ffffff"}, Dark: firm.Shade{"#7db9e8", "#a3cff2", "#0a1b29"}}
	for _, accent := range []string{"", "#175a8a", "nonsense"} {
		if got := (firm.Profile{Accent: accent}).Palette(); got != want {
			t.Errorf("%q: %+v", accent, got)
		}
	}
}

// Whatever the accent, it is taken or the shade that is offered is, and then every
// text can be read on it, in light and dark, under the pointer or not.
func TestEveryAccentCanBeRead(t *testing.T) {
	t.Parallel()
	steps := []int{0, 1, 20, 51, 90, 119, 128, 153, 187, 204, 230, 254, 255}
	refused := 0
	for _, r := range steps {
		for _, g := range steps {
			for _, b := range steps {
				accent := fmt.Sprintf("#%02x%02x%02x", r, g, b)
				passes := contrast(t, accent, "#ffffff") >= 4.5
				change, bad := firm.Change{Accent: &accent}.Check(nil)
				if passes != (len(bad) == 0) {
					t.Fatalf("%s has a contrast of %.3f, and is told %v", accent, contrast(t, accent, "#ffffff"), bad)
				}
				if !passes {
					refused++
					_, offer, _ := strings.Cut(bad[0].Message, "needed. ")
					offer = strings.TrimSuffix(offer, " passes.")
					if bad[0].Code != "low_contrast" || contrast(t, offer, "#ffffff") < 4.5 || contrast(t, offer, "#ffffff") > 4.7 {
						t.Fatalf("%s: %+v", accent, bad[0])
					}
					if change, bad = (firm.Change{Accent: &offer}).Check(nil); len(bad) > 0 {
						t.Fatalf("%s is offered %s, which is refused", accent, offer)
					}
				}
				checkPalette(t, *change.Accent)
			}
		}
	}
	if refused < 500 || refused > len(steps)*len(steps)*len(steps)-500 {
		t.Errorf("%d were refused", refused)
	}
}

func checkPalette(t *testing.T, accent string) {
	t.Helper()
	p := firm.Profile{Accent: accent}.Palette()
	if p.Light.Accent != accent {
		t.Fatalf("%s became %s", accent, p.Light.Accent)
	}
	for _, shade := range []firm.Shade{p.Light, p.Dark} {
		if shade.On != "#ffffff" && shade.On != "#0a1b29" || shade.Accent == shade.Hover ||
			contrast(t, shade.On, shade.Accent) < 4.5 || contrast(t, shade.On, shade.Hover) < 4.5 {
			t.Fatalf("%s: %+v", accent, p)
		}
	}
	if contrast(t, p.Light.Hover, "#ffffff") < 4.5 || contrast(t, p.Dark.Accent, "#11161c") < 4.5 || contrast(t, p.Dark.Hover, "#11161c") < 4.5 {
		t.Fatalf("%s: %+v", accent, p)
	}
}

// The hue stays: what was red is offered as a darker red.
func TestOfferKeepsTheHue(t *testing.T) {
	t.Parallel()
	for accent, want := range map[string]string{"#ff0000": "#ee0000", "#ffff00": "#7a7a00", "#ffffff": "#767676", "#808080": "#767676"} {
		_, bad := firm.Change{Accent: &accent}.Check(nil)
		if len(bad) != 1 || !strings.HasSuffix(bad[0].Message, " "+want+" passes.") {
			t.Errorf("%s: %v", accent, bad)
		}
	}
}
