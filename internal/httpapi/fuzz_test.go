package httpapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"usher/internal/auth"
	"usher/internal/fault"
)

// sendersFault fails unless an error is one that a sender can make happen.
func sendersFault(t *testing.T, err error) {
	t.Helper()
	switch fault.KindOf(err) {
	case fault.Malformed, fault.Invalid, fault.TooLarge, fault.Unsupported:
	default:
		t.Errorf("a sender made this happen: %v", err)
	}
}

func sent(t *testing.T, ctype, body string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", ctype)
	return r
}

// FuzzCursor shows that only what was sealed is a position, and of its own list.
func FuzzCursor(f *testing.F) {
	seal := auth.NewSeal(make([]byte, 32), auth.ForCursor)
	good := *nextCursor(seal, "leads", time.UnixMicro(1), "018f0000-0000-7000-8000-000000000000")
	for _, cursor := range []string{good, *nextCursor(seal, "messages", time.UnixMicro(1), "018f0000-0000-7000-8000-000000000000"), "", "AAAA", good + "A", good[1:]} {
		f.Add(cursor)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		q := &query{values: url.Values{"cursor": {cursor}}}
		p := q.cursor(seal, "leads")
		if (p == nil) == (cursor == good) || (p == nil) != (len(q.bad) == 1) {
			t.Errorf("%q: %v, %v", cursor, p, q.bad)
		}
	})
}

// FuzzQuery gives arbitrary queries to the parameters of a list.
func FuzzQuery(f *testing.F) {
	for _, text := range []string{"limit=5&state=PENDING", "limit=%zz", "%zz=1", "limit=1&limit=1", "limit", "=&&=", "a;b", "limit=٣"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := queryOf(&http.Request{URL: &url.URL{RawQuery: text}})
		limit, state := q.limit(), q.state()
		if limit < 1 || limit > 100 {
			t.Errorf("limit %d", limit)
		}
		if len(q.bad) == 0 && state != "" && !state.Valid() {
			t.Errorf("state %q", state)
		}
		for _, v := range q.bad {
			if v.Field != "limit" && v.Field != "state" {
				t.Errorf("%q: %+v", text, v)
			}
		}
	})
}

// FuzzTokenForm shows that each known parameter comes once at most.
func FuzzTokenForm(f *testing.F) {
	for _, body := range []string{"username=a&password=b", "username=a&username=b", "a=%zz", "a;b=c", "=", "&&", "grant_type=refresh_token&refresh_token=x", "\x00=\xff"} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		form, err := tokenForm(httptest.NewRecorder(), sent(t, "application/x-www-form-urlencoded", body))
		if err != nil {
			sendersFault(t, err)
			if status, _ := tokenRefusal(err); status != 400 && status != 413 {
				t.Errorf("status %d", status)
			}
			return
		}
		for _, name := range []string{"grant_type", "username", "password", "refresh_token"} {
			if len(form[name]) > 1 {
				t.Errorf("%s came %d times", name, len(form[name]))
			}
		}
	})
}

// FuzzJSON shows that what readJSON takes is an object of the known members that
// encoding/json reads the same way.
func FuzzJSON(f *testing.F) {
	for _, body := range []string{
		`{"state":"REACHED_OUT"}`, `{"state":"a","channel":"b"}`, `{}`, `[]`, `null`, `{"state":1}`, `{"state":"a","state":"b"}`, `{"State":"a"}`, `{"state":"a"} `,
		`{"state":"a"}x`, `{"state":null}`, `{"st\u0061te":"x"}`, `{"x":{"state":"a"}}`, `{"state":"\ud800"}`, "{\"state\":\"\xff\"}",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var state, channel *string
		err := readJSON(httptest.NewRecorder(), sent(t, "application/json", body), field{"state", &state}, field{"channel", &channel})
		if err != nil {
			sendersFault(t, err)
			return
		}
		var want map[string]string
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatalf("taken: %q: %v", body, err)
		}
		for name, got := range map[string]*string{"state": state, "channel": channel} {
			value, ok := want[name]
			if ok != (got != nil) || ok && value != *got {
				t.Errorf("%q: %s", body, name)
			}
			delete(want, name)
		}
		if len(want) > 0 {
			t.Errorf("taken with %v: %q", want, body)
		}
	})
}
