package firm

// Palette is the accent of the pages, for each colour scheme.
type Palette struct{ Light, Dark Shade }

// Shade is one accent, as #rrggbb: the colour itself, under a pointer, and that of
// text on either. Text on both has a contrast of at least 4.5:1.
type Shade struct{ Accent, Hover, On string }

// leastContrast is what WCAG 2.2 asks of text (success criterion 1.4.3, level AA).
const leastContrast = 4.5

// darkContrast is more than that: light on dark reads worse than dark on light. It
// also makes every dark shade light enough for ink.
const darkContrast = 7

// The colours that an accent has to be told from.
const (
	paper = "#ffffff" // behind a page in light colours
	night = "#11161c" // behind a page in dark colours
	ink   = "#0a1b29" // dark text on a light accent
	white = "#ffffff"
)

// usherPalette is that of a firm without an accent, chosen by eye.
func usherPalette() Palette {
	return Palette{
		Light: Shade{Accent: "#175a8a", Hover: "#11476e", On: white},
		Dark:  Shade{Accent: "#7db9e8", Hover: "#a3cff2", On: ink},
	}
}

// Palette gives the shades that belong to the firm's accent. The dark scheme's is
// the same hue, made lighter in HSL.
func (p Profile) Palette() Palette {
	accent, ok := parseColour(p.Accent)
	if own := usherPalette(); !ok || p.Accent == own.Light.Accent {
		return own
	}
	dark := accent.until(+lightnessStep, func(c colour) bool { return c.contrast(mustColour(night)) >= darkContrast })
	_, _, l := dark.hsl()
	return Palette{
		Light: shade(accent, lightHover(accent)),
		Dark:  shade(dark, dark.withLightness(l+(1-l)*0.3)),
	}
}

const lightnessStep = 1.0 / 512

// lightHover is a fifth darker. What is nearly black would not be seen to change,
// and gets lighter instead.
func lightHover(accent colour) colour {
	_, _, l := accent.hsl()
	if l >= 0.15 {
		return accent.withLightness(l * 0.79)
	}
	return readable(accent.withLightness(l + 0.12))
}

// readable is the nearest shade that can be read on white: darker in HSL, with the
// same hue and saturation.
func readable(c colour) colour {
	return c.until(-lightnessStep, func(c colour) bool { return c.contrast(mustColour(paper)) >= leastContrast })
}

func shade(accent, hover colour) Shade {
	on := white
	if text := mustColour(white); text.contrast(accent) < leastContrast || text.contrast(hover) < leastContrast {
		on = ink
	}
	return Shade{Accent: accent.String(), Hover: hover.String(), On: on}
}

// mustColour is one of the constants above.
func mustColour(s string) colour {
	c, ok := parseColour(s)
	if !ok {
		panic("firm: " + s + " is no colour")
	}
	return c
}
