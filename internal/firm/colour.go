package firm

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// colour is one of sRGB; each part is 0 to 255.
type colour struct{ r, g, b uint8 }

var hexColour = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// parseColour reads #rrggbb, in either case.
func parseColour(s string) (colour, bool) {
	s = strings.ToLower(s)
	if !hexColour.MatchString(s) {
		return colour{}, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 24)
	return colour{uint8(n >> 16), uint8(n >> 8 & 0xff), uint8(n & 0xff)}, err == nil
}

func (c colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c.r, c.g, c.b) }

// luminance is WCAG 2.2's relative luminance, 0 to 1
// (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance).
func (c colour) luminance() float64 {
	part := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.r) + 0.7152*part(c.g) + 0.0722*part(c.b)
}

// contrast is WCAG 2.2's contrast ratio, 1 to 21
// (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
func (c colour) contrast(d colour) float64 {
	light, dark := c.luminance(), d.luminance()
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

// hsl gives hue (0 to 6), saturation and lightness (0 to 1), as CSS Color 4 has them
// (https://www.w3.org/TR/css-color-4/#rgb-to-hsl).
func (c colour) hsl() (h, s, l float64) {
	r, g, b := float64(c.r)/255, float64(c.g)/255, float64(c.b)/255
	high, low := max(r, g, b), min(r, g, b)
	span := high - low
	if l = (high + low) / 2; span == 0 {
		return 0, 0, l
	}
	s = span / (1 - math.Abs(2*l-1))
	switch high {
	case r:
		h = math.Mod((g-b)/span+6, 6)
	case g:
		h = (b-r)/span + 2
	default:
		h = (r-g)/span + 4
	}
	return h, s, l
}

// withLightness keeps hue and saturation (https://www.w3.org/TR/css-color-4/#hsl-to-rgb).
func (c colour) withLightness(l float64) colour {
	h, s, _ := c.hsl()
	l = min(max(l, 0), 1)
	part := func(n float64) uint8 {
		k := math.Mod(n+2*h, 12)
		return uint8(math.Round(255 * (l - s*min(l, 1-l)*max(-1, min(k-3, 9-k, 1)))))
	}
	return colour{part(0), part(8), part(4)}
}

// until moves the lightness by step until the colour is good, or black or white.
func (c colour) until(step float64, good func(colour) bool) colour {
	_, _, l := c.hsl()
	found := c
	for !good(found) && l >= 0 && l <= 1 {
		l += step
		found = c.withLightness(l)
	}
	return found
}
