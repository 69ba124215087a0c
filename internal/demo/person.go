package demo

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"usher/internal/lead"
)

// person is somebody who writes to the firm.
type person struct {
	given, family string // as typed into the form
	single        bool   // has one name only
	latin         string // the whole name in ASCII, as in a passport
	language      string
	spoken        string
	email         string
	city, country string
	trade         int // index of trades
}

func (p person) name() string { return strings.TrimSpace(p.given + " " + p.family) }

func (p person) submission() lead.Submission {
	return lead.Submission{FirstName: p.given, LastName: p.family, SingleName: p.single, Email: p.email, Language: p.language}
}

// whoWrites gives the person behind lead i: now and then one who has written
// before, and once one who can't stop.
func (d *Demo) whoWrites(i int) person {
	if first := d.eagerFrom(); i > first && i < first+eager {
		return d.person(first)
	}
	if r := d.random(forIdentity, i); i > 40 && chance(r, 2) {
		return d.person(i - 1 - r.IntN(40))
	}
	return d.person(i)
}

// oddEvery spreads the odd people over the first leads.
const oddEvery = 37

func (d *Demo) person(i int) person {
	r := d.random(forPerson, i)
	from := d.people(r)
	p := person{language: from.language, spoken: from.spoken, trade: r.IntN(len(d.trades))}
	p.city, p.country, _ = strings.Cut(pick(r, strings.Split(from.countries, ",")), "/")
	given, latin := name(r, from.given)
	p.given, p.latin = given, latin
	if from.family == "" {
		p.single = true
	} else {
		p.family, latin = name(r, from.family)
		p.latin += " " + latin
	}
	if n := i / oddEvery; i%oddEvery == 5 && n < len(odd()) {
		strange := odd()[n]
		p.given, p.family, p.single, p.latin = strange.given, strange.family, strange.single, strange.latin
		p.language = strange.language // or none: then it is the form's
	}
	p.email = email(r, p, from.domain)
	return p
}

func (d *Demo) people(r *rand.Rand) people {
	draw := r.IntN(d.shares)
	for _, p := range d.peoples {
		if draw -= p.share; draw < 0 {
			return p
		}
	}
	return d.peoples[0]
}

// name draws one of a list, with its spelling in ASCII.
func name(r *rand.Rand, list string) (written, latin string) {
	written, latin, found := strings.Cut(pick(r, strings.Split(list, ",")), "=")
	if !found {
		latin = ascii(written)
	}
	return written, latin
}

// email makes an address in a domain that is reserved: nobody has it, and mail to
// it goes nowhere (RFC 2606).
func email(r *rand.Rand, p person, own string) string {
	words := strings.FieldsFunc(strings.ToLower(p.latin), func(c rune) bool { return c < 'a' || c > 'z' })
	if len(words) > 1 {
		words = []string{words[0], words[len(words)-1]}
	}
	local := strings.Join(words, pick(r, []string{".", "", "_", "."}))
	local = local[:min(len(local), 40)] + strconv.Itoa(r.IntN(9000)+70)
	switch {
	case chance(r, 2):
		local += "+visa"
	case chance(r, 3):
		local = strings.ToUpper(local[:1]) + local[1:]
	}
	if own != "" && chance(r, 12) {
		if chance(r, 30) { // and the part before the @ in the same script (RFC 6531)
			local = strings.Map(letters, p.given) + strconv.Itoa(r.IntN(900))
		}
		return local + "@" + own
	}
	return local + "@" + pick(r, []string{"example.com", "example.com", "example.net", "example.org", "mail.example"})
}

func letters(c rune) rune {
	if unicode.IsLetter(c) || unicode.IsMark(c) {
		return c
	}
	return -1
}

// ascii takes the marks off Latin letters, as tickets and passports do.
func ascii(s string) string {
	s = strings.NewReplacer("ł", "l", "Ł", "L", "ı", "i", "đ", "d", "Đ", "D", "ø", "o", "ð", "d", "Þ", "Th", "þ", "th", "Æ", "Ae", "æ", "ae", "ß", "ss").Replace(s)
	return strings.Map(func(c rune) rune {
		if c > unicode.MaxASCII {
			return -1
		}
		return c
	}, norm.NFD.String(s))
}
