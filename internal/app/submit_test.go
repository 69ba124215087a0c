package app_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const leadsPath = "/api/v1/leads"

func TestReceipt(t *testing.T) {
	t.Parallel()
	s := start(t)
	got := s.submit(t, good(text("first_name", "\t María José \u3000"), text("email", " Maria@Example.COM\u00a0"), text("language", "es"))...)
	wantStatus(t, got, http.StatusCreated)
	members := got.object(t)
	same(t, "members", slices.Sorted(maps.Keys(members)), []string{
		"created_at", "email", "first_name", "id", "language", "last_name", "reference", "resume", "single_name", "state",
	})
	r := into[receipt](t, got)
	if !uuidForm.MatchString(r.ID) || len(r.Reference) != 7 || r.Reference[3] != '-' {
		t.Errorf("id %q, reference %q", r.ID, r.Reference)
	}
	if members["created_at"] != "2026-11-23T09:00:00Z" {
		t.Errorf("created_at = %v", members["created_at"])
	}
	if got.header.Get("Location") != leadsPath+"/"+r.ID || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("header %v", got.header)
	}
	digest := sha256.Sum256([]byte(pdf))
	same(t, "resume", members["resume"], any(map[string]any{
		"filename": "cv.pdf", "content_type": "application/pdf", "size": float64(len(pdf)), "sha256": hex.EncodeToString(digest[:]),
	}))
	r.ID, r.Reference, r.Resume = "", "", receipt{}.Resume
	same(t, "receipt", r, receipt{
		FirstName: "María José", LastName: "Example", Email: "Maria@Example.COM", Language: "es", State: "PENDING",
		CreatedAt: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
	})
}

func TestSubmitParts(t *testing.T) {
	t.Parallel()
	many := func(n int) []piece {
		pieces := good()
		for len(pieces) < n {
			pieces = append(pieces, text(fmt.Sprintf("field%d", len(pieces)), marker))
		}
		return pieces
	}
	reversed := good()
	slices.Reverse(reversed)
	bare := func(header string) piece { return piece{"raw", header, marker} }
	ok := func(name string, pieces ...piece) scenario {
		return scenario{name: name, req: submission(pieces...), status: 201, adds: oneLead}
	}
	bad := func(name string, bad []string, pieces ...piece) scenario {
		return scenario{name: name, req: submission(pieces...), status: 422, code: "invalid", bad: bad}
	}
	start(t).run(t, []scenario{
		ok("good", good()...),
		ok("in reverse", reversed...),
		ok("one name", good(text("single_name", "true"), text("last_name", ""))...),
		ok("one name, no last name", without("last_name", good(text("single_name", "true")))...),
		ok("one name and a last name", good(text("single_name", "true"))...),
		ok("single_name false", good(text("single_name", "false"))...),
		ok("a text with a type", good(piece{"first_name", text("first_name", "").header + "\r\nContent-Type: text/plain; charset=utf-8", "Ann"})...),
		ok("64 KiB of white space around", good(text("first_name", strings.Repeat(" ", 64<<10-3)+"Ann"))...),

		bad("nothing", []string{"email required", "first_name required", "last_name required", "resume required"}),
		bad("all wrong at once", []string{"email invalid_email", "first_name invalid_characters", "last_name required", "resume required", "single_name not_boolean"},
			text("first_name", marker+"\x00"), text("email", marker), text("single_name", marker)),
		bad("no first name", []string{"first_name required"}, without("first_name", good())...),
		bad("no last name", []string{"last_name required"}, without("last_name", good())...),
		bad("no last name, single_name false", []string{"last_name required"}, without("last_name", good(text("single_name", "false")))...),
		bad("no e-mail", []string{"email required"}, without("email", good())...),
		bad("no resume", []string{"resume required"}, without("resume", good())...),
		bad("single_name is odd", []string{"single_name not_boolean"}, good(text("single_name", "TRUE"))...),
		bad("a field twice", []string{"email duplicate"}, append(good(), text("email", marker+"@example.com"))...),
		bad("a field twice, equal", []string{"first_name duplicate"}, append(good(), text("first_name", "Ann"))...),
		bad("two resumes", []string{"resume duplicate"}, append(good(), file("other.pdf", pdf))...),
		bad("an unknown field", []string{"nickname unknown_field"}, append(good(), text("nickname", marker))...),
		bad("an unknown file", []string{"photo unknown_field"},
			append(good(), piece{"photo", `Content-Disposition: form-data; name="photo"; filename="x.png"`, marker})...),
		bad("an unknown field with an odd name", []string{"(unknown) unknown_field"}, append(good(), text(marker+"<b>", ""))...),
		bad("a long unknown field with an odd name", []string{"(unknown) too_long", "(unknown) unknown_field"},
			append(good(), text(marker+"<b>", strings.Repeat("x", 64<<10+1)))...),
		bad("other cases", []string{"First_Name unknown_field", "first_name required"}, append(without("first_name", good()), text("First_Name", "Ann"))...),
		bad("a member of the answer", []string{"state unknown_field"}, append(good(), text("state", "REACHED_OUT"))...),
		bad("id", []string{"id unknown_field"}, append(good(), text("id", "018f0000-0000-7000-8000-000000000000"))...),
		bad("a text as a file", []string{"first_name not_text"},
			good(piece{"first_name", `Content-Disposition: form-data; name="first_name"; filename="x"`, "Ann"})...),
		bad("resume as text", []string{"resume not_a_file"}, good(text("resume", pdf))...),
		bad("resume is empty", []string{"resume empty"}, good(file("cv.pdf", ""))...),
		bad("no file chosen", []string{"resume required"}, good(file("", ""))...),
		bad("64 parts, most unknown", nil, many(64)...),
		bad("64 KiB and one of text", []string{"first_name too_long"}, good(text("first_name", strings.Repeat("x", 64<<10+1)))...),
		bad("bad language", []string{"language invalid_language"}, good(text("language", marker+"!"))...),

		{name: "65 parts", req: submission(many(65)...), status: 422, code: "too_many_parts"},
		{name: "a part without a name", req: submission(append(good(), bare(`Content-Disposition: form-data`))...), status: 400},
		{name: "a part without a disposition", req: submission(append(good(), bare(`Content-Type: text/plain`))...), status: 400},
	})
}

func TestSubmitBody(t *testing.T) {
	t.Parallel()
	ctype, body := encodeForm("b", good())
	raw := func(ctype, body string) req { return req{method: "POST", path: leadsPath, ctype: ctype, body: body} }
	long := strings.Repeat("b", 71)
	limit := 4096 // of a resume, in bytes
	big := func(n int) req { return submission(good(file("cv.pdf", "%PDF-"+strings.Repeat("x", n-5)))...) }
	start(t, fmt.Sprintf("USHER_MAX_RESUME_BYTES=%d", limit)).run(t, []scenario{
		{name: "upper case type", req: raw("Multipart/Form-Data; boundary=b", body), status: 201, adds: oneLead},
		{name: "preamble and epilogue", req: raw(ctype, "hello\r\n"+body+"bye"), status: 201, adds: oneLead},
		{name: "resume of the limit", req: big(limit), status: 201, adds: oneLead},
		{name: "of unknown length", req: req{method: "POST", path: leadsPath, ctype: ctype, stream: onlyReader{strings.NewReader(body)}}, status: 201, adds: oneLead},

		{name: "no type", req: raw("", body), status: 415},
		{name: "JSON", req: raw("application/json", `{"first_name":"`+marker+`"}`), status: 415},
		{name: "urlencoded", req: raw("application/x-www-form-urlencoded", "first_name="+marker), status: 415},
		{name: "multipart/mixed", req: raw("multipart/mixed; boundary=b", body), status: 415},
		{name: "encoded", req: raw(ctype, body).with("Content-Encoding", "gzip"), status: 415},
		{name: "encoded as identity", req: raw(ctype, body).with("Content-Encoding", "identity"), status: 415},
		{name: "no boundary", req: raw("multipart/form-data", body), status: 400},
		{name: "another boundary", req: raw("multipart/form-data; boundary=other", body), status: 400},
		{name: "a long boundary", req: raw("multipart/form-data; boundary="+long, strings.ReplaceAll(body, "--b", "--"+long)), status: 400},
		{name: "no body", req: raw(ctype, ""), status: 400},
		{name: "no parts", req: raw(ctype, "--b--\r\n"), status: 422},
		{name: "cut in the resume", req: raw(ctype, body[:len(body)-20]), status: 400},
		{name: "cut after the resume", req: raw(ctype, body[:len(body)-7]), status: 400},
		{name: "cut in a header", req: raw(ctype, body[:20]), status: 400},
		{name: "not multipart", req: raw(ctype, marker), status: 400},
		{name: "resume over the limit", req: big(limit + 1), status: 413, code: "too_large", bad: []string{"resume too_large"}},
		{name: "body over the limit", req: big(limit + 2<<20), status: 413, code: "too_large", bad: []string{"resume too_large"}},
		{name: "body over the limit, length unknown", req: func() req {
			r := big(limit + 2<<20)
			r.stream = onlyReader{strings.NewReader(r.body)}
			return r
		}(), status: 413, code: "too_large", bad: []string{"resume too_large"}},
	})
}

// onlyReader hides a reader's length from net/http.
type onlyReader struct{ r *strings.Reader }

func (o onlyReader) Read(p []byte) (int, error) { return o.r.Read(p) }

func TestSamePersonTwice(t *testing.T) {
	t.Parallel()
	s := start(t)
	first, second := s.submitted(t), s.submitted(t)
	if first.ID == second.ID || first.Reference == second.Reference {
		t.Errorf("%+v and %+v", first, second)
	}
	same(t, "stored", s.census(t), oneLead.plus(oneLead))
}

func TestConfirmationsAreCapped(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, email := range []string{"ann@bücher.example", "ANN@xn--bcher-kva.example", "Ann@BÜCHER.example", "ann@bücher.example"} {
		s.submitted(t, text("email", email))
	}
	states := func() map[string]int {
		n := map[string]int{}
		for _, m := range s.messages(t, "").Items {
			n[m.Kind+" "+m.State]++
		}
		return n
	}
	same(t, "messages", states(), map[string]int{"confirmation queued": 3, "confirmation suppressed": 1, "notification queued": 4})
	s.clock.Add(24 * time.Hour)
	s.submitted(t, text("email", "ann@bücher.example"))
	same(t, "messages after a day", states(), map[string]int{"confirmation queued": 4, "confirmation suppressed": 1, "notification queued": 5})
}

func TestNotifications(t *testing.T) {
	t.Parallel()
	s := start(t, "USHER_ATTORNEY_EMAIL=one@firm.example, two@firm.example, ONE@firm.example")
	r := s.submitted(t)
	var told []string
	for _, m := range s.messages(t, "lead_id="+r.ID).Items {
		told = append(told, m.Kind+" "+m.Recipient+" "+m.State)
	}
	slices.Sort(told)
	same(t, "messages", told, []string{
		"confirmation ann@example.com queued", "notification one@firm.example queued", "notification two@firm.example queued",
	})
}

// A body that was cut off is never taken for a whole one, however much of it
// came: what was cut off might have been a field.
func TestCutBodiesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.census(t)
	ctype, body := encodeForm("b", good(text("language", "es")))
	at := strings.LastIndex(body, "Content-Disposition")
	for n := at - 10; n < len(body)-4; n++ {
		got := s.do(t, req{method: http.MethodPost, path: leadsPath, ctype: ctype, body: body[:n]})
		if got.status != http.StatusBadRequest {
			t.Errorf("cut after %d of %d, %q: %d", n, len(body), body[max(0, n-9):n], got.status)
		}
	}
	same(t, "written", s.census(t), before)
	wantStatus(t, s.do(t, req{method: http.MethodPost, path: leadsPath, ctype: ctype, body: body[:len(body)-2]}), http.StatusCreated)
}
