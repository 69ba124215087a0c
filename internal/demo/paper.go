package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"strconv"
	"strings"

	"usher/internal/resume"
)

// Distinct is how many different resumes there are. Lead i has the content of
// number i % Distinct, which is its own for the first of them.
const Distinct = 1000

// Paper is the resume of a lead, before it is stored.
type Paper struct {
	Number   int    // below Distinct; equal numbers have equal contents
	Key      string // to store it under: one for each lead
	Filename string // as the prospect's file is called
	demo     *Demo
}

// kind is a type of file with its writer.
type kind struct {
	extension   string
	contentType string
	share       int // percent
	write       func(sheet) []byte
}

func kinds() []kind {
	return []kind{
		{"pdf", "application/pdf", 54, writePDF},
		{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", 26, writeDOCX},
		{"odt", "application/vnd.oasis.opendocument.text", 4, writeODT},
		{"txt", "text/plain", 4, writeTXT},
		{"rtf", "application/rtf", 3, writeRTF},
		{"jpg", "image/jpeg", 6, writeJPEG},
		{"png", "image/png", 3, writePNG},
	}
}

func (d *Demo) kind(number int) kind {
	draw := d.random(forPaper, number).IntN(100)
	for _, k := range kinds() {
		if draw -= k.share; draw < 0 {
			return k
		}
	}
	return kinds()[0]
}

func (d *Demo) paper(i int, who person, key string) Paper {
	r := d.random(forPaper, i+Distinct)
	plain := strings.ReplaceAll(who.latin, " ", "_")
	stem := pick(r, []string{"resume", "CV", "cv " + who.name(), plain + "_resume", plain + "-CV-" + strconv.Itoa(d.now.Year()), "Resume (1)", "scan0001", who.name()})
	return Paper{Number: i % Distinct, Key: key, Filename: stem + "." + d.kind(i%Distinct).extension, demo: d}
}

// Content makes the file.
func (p Paper) Content() []byte {
	return p.demo.kind(p.Number).write(p.demo.sheet(p.Number))
}

// Mention is a Keep that keeps nothing: for benchmarks that read no resumes. The
// size and digest are made up.
func Mention(p Paper) (resume.Ref, error) {
	sum := sha256.Sum256([]byte(strconv.Itoa(p.Number)))
	return resume.Ref{
		Key: p.Key, Filename: p.Filename, ContentType: p.demo.kind(p.Number).contentType,
		Size: int64(4000 + p.Number), SHA256: hex.EncodeToString(sum[:]),
	}, nil
}

// sheet is what stands in a resume.
type sheet struct {
	name     string // as the person writes it
	latin    string // the same in ASCII
	headline string
	contact  string
	sections []section
}

type section struct {
	title string
	lines []string
}

// lines is the sheet as plain text; an empty one parts the sections.
func (s sheet) lines(name string) []string {
	all := []string{name, s.headline, s.contact}
	for _, part := range s.sections {
		all = append(append(all, "", part.title), part.lines...)
	}
	return all
}

// both is the name in its script and, if that is another, as in the passport.
func (s sheet) both() string {
	if s.name == s.latin || isLatin(s.name) {
		return s.name
	}
	return s.name + " (" + s.latin + ")"
}

// isLatin goes by what Latin letters have room for, Vietnamese included.
func isLatin(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c > 0x36f && c < 0x1e00 || c > 0x1eff })
}

func (d *Demo) sheet(number int) sheet {
	who := d.whoWrites(number)
	r := d.random(forPaper, -1-number)
	t := d.trades[who.trade]
	born := d.now.Year() - 64 + r.IntN(40)
	spoken := "English (professional)"
	if who.language != "en" {
		spoken = who.spoken + " (native), " + pick(r, []string{"English (good)", "English (basic)", "English (fluent, IELTS 7.5)"})
	}
	s := sheet{
		name: who.name(), latin: who.latin, headline: t.title,
		contact: who.city + ", " + who.country + "  |  " + who.email + "  |  +1 202 555 01" + strconv.Itoa(10+r.IntN(90)),
	}
	s.sections = []section{
		{"PROFILE", []string{t.about, "Looking for " + pick(r, purposes()) + "."}},
		{"EXPERIENCE", experience(r, t, d.now.Year(), born, who.city)},
		{"EDUCATION", []string{strconv.Itoa(born+22) + "  " + t.degree + ", " + pick(r, schools()) + ", " + who.country}},
		{"LANGUAGES", []string{spoken}},
		{"OTHER", []string{t.skills, "Born " + strconv.Itoa(born) + " in " + who.city + ", " + who.country + ". References on request."}},
	}
	return s
}

// experience goes back from today, a position at a time.
func experience(r *rand.Rand, t trade, year, born int, city string) []string {
	var lines []string
	until, did := "present", r.IntN(len(t.did))
	for len(lines) < 14 {
		from := year - 1 - r.IntN(6)
		if from < born+20 {
			break
		}
		lines = append(lines, strconv.Itoa(from)+" - "+until+"  "+pick(r, t.posts)+", "+pick(r, t.places)+", "+city, "    "+t.did[did%len(t.did)])
		did++
		year, until = from, strconv.Itoa(from)
	}
	if lines == nil {
		lines = []string{strconv.Itoa(year-1) + " - present  Trainee, " + pick(r, t.places) + ", " + city}
	}
	return lines
}
