package audit_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"usher/internal/audit"
	"usher/internal/fault"
)

// docs/audit.md has a row for each action, in their order, and for nothing else.
func TestActionsAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "audit.md"))
	if err != nil {
		t.Fatal(err)
	}
	var documented []audit.Action
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| .+ \\|$").FindAllStringSubmatch(string(page), -1) {
		documented = append(documented, audit.Action(row[1]))
	}
	if diff := cmp.Diff(audit.Actions(), documented); diff != "" {
		t.Errorf("docs/audit.md (-constants +page):\n%s", diff)
	}
}

// Every constant of action.go is in the list of actions.
func TestActionsAreAll(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("action.go")
	if err != nil {
		t.Fatal(err)
	}
	var written []audit.Action
	for _, constant := range regexp.MustCompile(` Action = "([a-z_.]+)"`).FindAllStringSubmatch(string(source), -1) {
		written = append(written, audit.Action(constant[1]))
	}
	if diff := cmp.Diff(audit.Actions(), written); diff != "" {
		t.Errorf("Actions (-list +constants):\n%s", diff)
	}
	for _, a := range written {
		if !a.Valid() || !regexp.MustCompile(`^[a-z_]+\.[a-z_]+$`).MatchString(string(a)) {
			t.Errorf("%q is no action", a)
		}
	}
}

func TestAbout(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		"lead.*": "lead.", "user.*": "user.", "lead.reached_out": "", "": "", ".*": "", "*": "", "lead*": "", "le.*": "", "lead.reached_out.*": "", "LEAD.*": "", "nothing.*": "",
	} {
		if got := audit.About(pattern); got != want {
			t.Errorf("About(%q) = %q, want %q", pattern, got, want)
		}
	}
}

func TestActors(t *testing.T) {
	t.Parallel()
	ana := audit.Actor{UserID: "1", Network: "192.0.2.1"}
	if got := audit.ActorOf(audit.As(t.Context(), ana)); got != ana {
		t.Errorf("ActorOf = %+v", got)
	}
	if got := audit.ActorOf(t.Context()); got != (audit.Actor{}) || got.ID() != "" {
		t.Errorf("of nobody: %+v", got)
	}
	if got := (audit.Actor{Name: audit.CommandLine}).ID(); got != "command_line" {
		t.Errorf("ID = %q", got)
	}
}

func TestChanged(t *testing.T) {
	t.Parallel()
	got := audit.Changed(map[string]string{"a": "1", "b": "2", "c": "3"}, map[string]string{"a": "1", "b": "5", "d": "4"})
	want := audit.Data{Before: map[string]string{"b": "2", "c": "3", "d": ""}, After: map[string]string{"b": "5", "c": "", "d": "4"}}
	if diff := cmp.Diff(want, got); diff != "" || got.Empty() {
		t.Error(diff)
	}
	if same := audit.Changed(map[string]string{"a": "1"}, map[string]string{"a": "1"}); !same.Empty() {
		t.Errorf("nothing differs: %+v", same)
	}
}

// shelf keeps what it is given, unless err is set or an action is at fault.
type shelf struct {
	audit.Store

	err   error
	fault audit.Action
	kept  []string
}

func (s *shelf) Record(_ context.Context, entries []audit.Entry) error {
	if s.err != nil {
		return s.err
	}
	if slices.ContainsFunc(entries, func(e audit.Entry) bool { return e.Action == s.fault }) {
		return errors.New("it never will")
	}
	for _, e := range entries {
		s.kept = append(s.kept, string(e.Action)+" "+e.Actor.ID()+" "+e.Target)
	}
	return nil
}

// What can't be stored now waits in order, stands in the log, and is stored later. What
// never can be keeps nothing else from it.
func TestEntriesWait(t *testing.T) {
	t.Parallel()
	s, log := &shelf{}, &bytes.Buffer{}
	book := &audit.Book{Store: s, Now: func() time.Time { return time.Unix(0, 0) }, NewID: func() string { return "id" }, Log: slog.New(slog.NewTextHandler(log, nil))}
	ctx := audit.As(t.Context(), audit.Actor{UserID: "ana"})
	want := func(when string, kept ...string) {
		t.Helper()
		if diff := cmp.Diff(kept, s.kept); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	book.Note(ctx, audit.LeadsExported, "1", audit.Data{})
	book.Wait(audit.Entry{Actor: audit.ActorOf(ctx), Action: audit.SignInFailed, Target: "2"})
	want("at once", "lead.exported ana 1")
	s.err = fault.Unstorable(errors.New("full"))
	book.Note(ctx, audit.ReportExported, "3", audit.Data{})
	book.Note(ctx, audit.MessageTested, "4", audit.Data{})
	book.Flush(ctx)
	want("while the disk is full", "lead.exported ana 1")
	if got := strings.Count(log.String(), "waits to be stored"); got != 2 || !strings.Contains(log.String(), "entry.actor=ana") {
		t.Errorf("%d lines in the log: %s", got, log)
	}
	s.err, s.fault = nil, audit.ReportExported
	book.Flush(ctx)
	want("once there is room", "lead.exported ana 1", "session.sign_in_failed ana 2", "message.tested ana 4")
	if !strings.Contains(log.String(), "stands here only") {
		t.Errorf("the log says nothing of the lost one: %s", log)
	}
	s.fault = ""
	book.Flush(ctx)
	want("again", "lead.exported ana 1", "session.sign_in_failed ana 2", "message.tested ana 4")
}

// Only so many wait: the log has the others.
func TestTooManyEntriesWait(t *testing.T) {
	t.Parallel()
	s := &shelf{err: fault.Unstorable(errors.New("full"))}
	book := &audit.Book{Store: s, Now: func() time.Time { return time.Unix(0, 0) }, NewID: func() string { return "id" }, Log: slog.New(slog.DiscardHandler)}
	for range 10_050 {
		book.Note(t.Context(), audit.LeadsExported, "", audit.Data{})
	}
	s.err = nil
	book.Flush(t.Context())
	if len(s.kept) != 10_000 {
		t.Errorf("%d were kept", len(s.kept))
	}
}
