package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"usher/internal/asset"
	"usher/internal/firm"
	"usher/internal/lead"
	"usher/internal/words"
)

//go:embed pages
var pages embed.FS

// inline is a style that stands in the page itself, so that a page is one request,
// and that its CSP allows by its digest.
type inline struct {
	Text   template.CSS
	digest string
}

func inlined(text string) inline {
	digest := sha256.Sum256([]byte(text))
	return inline{template.CSS(text), base64.StdEncoding.EncodeToString(digest[:])} //nolint:gosec // our own text
}

func (s *Site) prepare() error {
	style, err := pages.ReadFile("pages/style.css")
	if err != nil {
		return err
	}
	s.style = inlined(string(style))
	if s.script, err = readScript(); err != nil {
		return err
	}
	s.live = map[string]map[string]string{}
	for _, w := range s.Languages.All() {
		s.live[w.Tag] = live(w, s.Intake.Shelf.MaxText())
	}
	s.templates, err = template.ParseFS(pages, "pages/*.html")
	return err
}

// page is what every template can show.
type page struct {
	words.Words
	Firm      string
	Profile   firm.Profile
	Style     []inline // the pages' own, and the firm's colours when it has chosen one
	Title     string
	NoIndex   bool
	Problems  []problem
	Languages []languageLink // for the switcher; none when there is no choice
	Script    string         // the address of the script; empty for none

	Form    *formFields
	Receipt *receiptFields
	Setup   *setupFields

	Text   string // message
	ToForm bool
}

// languageLink leads to the same page in another language.
type languageLink struct {
	words.Words
	Href    string
	Current bool
}

// T is the text of a key, ready for the page. Arguments are names and values.
func (p page) T(key string, args ...any) template.HTML { return p.HTML(key, args...) }

// Strong is a reference, which people read out, within a sentence.
func (p page) Strong(text string) template.HTML {
	return template.HTML(`<strong class="reference" dir="ltr">` + template.HTMLEscapeString(text) + `</strong>`) //nolint:gosec // escaped
}

// LTR is an e-mail address within a sentence of any direction.
func (p page) LTR(text string) template.HTML {
	return template.HTML(`<bdi dir="ltr">` + template.HTMLEscapeString(text) + `</bdi>`) //nolint:gosec // escaped
}

// mostLogoHeight is how high a logo is shown at most, in CSS pixels.
const mostLogoHeight = 64

// LogoHeight is how high the firm's logo is shown, in CSS pixels. The page says it
// together with the width, so that nothing moves when the picture comes.
func (p page) LogoHeight() int { return min(p.Profile.Logo.Height, mostLogoHeight) }

// LogoWidth is how wide it is shown.
func (p page) LogoWidth() int {
	logo := p.Profile.Logo
	return max(1, (logo.Width*p.LogoHeight()+logo.Height/2)/logo.Height)
}

// TitleText is what the browser's tab shows.
func (p page) TitleText() string {
	if len(p.Problems) > 0 {
		return p.Words.Text("layout.error_title", "Title", words.Bare(p.PlainTitle()))
	}
	return p.PlainTitle()
}

// PlainTitle is TitleText while nothing is wrong.
func (p page) PlainTitle() string {
	if p.Firm == "" {
		return p.Title
	}
	return p.Title + " – " + p.Firm
}

// Problem is what is wrong with a field, or nil.
func (p page) Problem(field string) *problem {
	for i := range p.Problems {
		if p.Problems[i].Field == field {
			return &p.Problems[i]
		}
	}
	return nil
}

// speak chooses the language of an answer: the one asked for in the address, then
// what else is known of the reader, then what the browser says.
func (s *Site) speak(r *http.Request, known string) words.Words {
	asked := r.URL.Query().Get("lang")
	if asked == "" {
		asked = known
	}
	return s.Languages.Choose(asked, r.Header.Get("Accept-Language"))
}

// plain is a page as it is without the firm's profile. title is a key.
func (s *Site) plain(w words.Words, title string) page {
	return page{Words: w, Firm: s.FirmName, Title: w.Text(title), Style: []inline{s.style}}
}

// page is one with the firm's name and colours, which the firm's sites may show in a
// frame. title is a key.
func (s *Site) page(w words.Words, current firm.Current, title string) page {
	p := s.plain(w, title)
	p.Profile, p.Firm = current.Profile, current.Profile.Called(s.FirmName)
	if current.Profile.Accent != "" {
		p.Style = append(p.Style, inlined(colours(current.Profile.Palette())))
	}
	return p
}

func colours(c firm.Palette) string {
	shade := func(s firm.Shade) string {
		return ":root{--accent:" + s.Accent + ";--hover:" + s.Hover + ";--on:" + s.On + "}"
	}
	return shade(c.Light) + "@media (prefers-color-scheme:dark){" + shade(c.Dark) + "}"
}

// switcher links the languages of the firm to a path.
func (s *Site) switcher(p *page, path string) {
	all := s.Languages.All()
	if len(all) < 2 {
		return
	}
	for _, w := range all {
		p.Languages = append(p.Languages, languageLink{w, path + "?lang=" + url.QueryEscape(w.Tag), w.Tag == p.Tag})
	}
}

// written is a time in the firm's zone, for people and for programs.
func (p page) written(at time.Time) template.HTML {
	at = at.In(p.Profile.Location())
	return template.HTML(`<time datetime="` + at.Format(time.RFC3339) + `">` + template.HTMLEscapeString(p.Written(at)) + `</time>`) //nolint:gosec // escaped
}

// saying is one of the firm's own texts: in the page's language or the nearest that
// there is, which may be another.
type saying struct {
	Lines []template.HTML
	Lang  string // empty when it is the page's
}

func (s *Site) saying(p page, current firm.Current, pick func(firm.Texts) string) *saying {
	text, of := current.Text(p.Tag, s.Languages.All()[0].Tag, pick)
	if text == "" {
		return nil
	}
	return said(p, text, of)
}

func said(p page, text, of string) *saying {
	if of == p.Tag {
		of = ""
	}
	s := saying{Lang: of}
	for line := range strings.SplitSeq(text, "\n") {
		s.Lines = append(s.Lines, dialled(line))
	}
	return &s
}

// telephone is a number to call: seven digits to the fifteen of ITU-T E.164, and what
// people write between them.
var telephone = regexp.MustCompile(`[+(]?[0-9](?:[ \x{a0}().–/-]{0,2}[0-9]){6,14}`)

// dialled is a line with the telephone numbers in it from left to right: among
// Arabic words 555-0100 would read 0100-555.
func dialled(line string) template.HTML {
	escaped := telephone.ReplaceAllString(template.HTMLEscapeString(line), `<bdi dir="ltr">$0</bdi>`)
	return template.HTML(escaped) //nolint:gosec // escaped
}

func (s *Site) render(w http.ResponseWriter, r *http.Request, status int, name string, p page) error {
	var body bytes.Buffer
	if err := s.templates.ExecuteTemplate(&body, name, p); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", p.policy())
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Encoding, Accept-Language")
	if asset.TakesGzip(r.Header.Values("Accept-Encoding")) {
		// Nothing in a page is worth guessing letter by letter (BREACH): its tokens carry
		// no authority.
		h.Set("Content-Encoding", "gzip")
		body = packed(body.Bytes())
	}
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // a reader who left can't be told
	return nil
}

// policy is the page's CSP.
func (p page) policy() string {
	styles, ancestors, scripts, actions := "", "'none'", "", "'self'"
	for _, style := range p.Style {
		styles += " 'sha256-" + style.digest + "'"
	}
	if len(p.Profile.EmbedSites) > 0 {
		ancestors = strings.Join(p.Profile.EmbedSites, " ")
	}
	if p.Script != "" {
		scripts = "script-src 'self'; connect-src 'self'; "
	}
	if p.Form != nil && p.Form.ReturnTo != "" { // browsers hold the redirect that follows to it, too
		actions += " " + origin(p.Form.ReturnTo)
	}
	return "default-src 'none'; style-src" + styles + "; " + scripts + "img-src 'self' data:; form-action " + actions + "; base-uri 'none'; frame-ancestors " + ancestors
}

// origin is the scheme, host and port of an address.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil { // it was checked when the firm set it
		return "'none'"
	}
	return u.Scheme + "://" + u.Host
}

func packed(body []byte) bytes.Buffer {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is a good one
	_, _ = w.Write(body)                            // a Buffer takes everything
	_ = w.Close()
	return b
}

// printable drops what a page can't hold, so that it comes back with the rest.
func printable(v lead.Submission) lead.Submission {
	for _, text := range []*string{&v.FirstName, &v.LastName, &v.Email} {
		*text = strings.ToValidUTF8(*text, "")
	}
	return v
}
