package e2e

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"usher/internal/testkit"
)

// The session in the README works as it is printed there.
func TestReadmeSession(t *testing.T) {
	t.Parallel()
	testkit.Binary(t, "curl")
	bash := testkit.Binary(t, "bash")
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "<!-- session -->\n```sh\n")
	script, _, closed := strings.Cut(rest, "\n```\n")
	if !found || !closed {
		t.Fatal("README.md has no block of sh behind <!-- session -->")
	}
	s := start(t, how{})
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), bash, "-eu", "-o", "pipefail", "-c", script) //nolint:gosec // of our README
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "BASE=" + s.base,
		"USHER_ADMIN_EMAIL=" + adminEmail, "USHER_ADMIN_PASSWORD=" + adminPassword,
	}
	code, out, errs := runCommand(t, cmd)
	if code != 0 {
		t.Fatalf("exit code %d\n%s\n%s", code, out, errs)
	}
	leads := s.leads()
	if len(leads) != 1 || leads[0].First != "Maria" || leads[0].State != "REACHED_OUT" {
		t.Fatalf("afterwards there is %+v", leads)
	}
	// It printed what it found, the lead as it was marked, the note, and the timeline
	// with the note.
	for part, want := range map[string]int{
		`"state":"PENDING"`: 1, `"state":"REACHED_OUT"`: 1, `"kind":"note"`: 2, `"kind":"reached_out"`: 1, `"kind":"received"`: 1,
	} {
		if got := strings.Count(out, part); got != want {
			t.Errorf("it printed %s %d times, want %d:\n%s", part, got, want, out)
		}
	}
	const resume = "Maria Ortiz, civil engineer since 2011.\n"
	if err := s.download(leads[0].ID, submission{body: []byte(resume)}.sha256()); err != nil {
		t.Error(err)
	}
}

// Go's own OAuth client signs in with the password grant, however it sends the
// client's name, reads with the token, and refreshes it.
func TestOAuthClient(t *testing.T) {
	t.Parallel()
	s := start(t, how{})
	s.submit(simple("oauth"))
	ctx := context.WithValue(t.Context(), oauth2.HTTPClient, s.http)
	for name, style := range map[string]oauth2.AuthStyle{
		"found out": oauth2.AuthStyleAutoDetect, "in the header": oauth2.AuthStyleInHeader, "in the body": oauth2.AuthStyleInParams,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := oauth2.Config{ClientID: "some-client", Endpoint: oauth2.Endpoint{TokenURL: s.base + "/api/v1/token", AuthStyle: style}}
			if _, err := config.PasswordCredentialsToken(ctx, adminEmail, "wrong "+adminPassword); err == nil {
				t.Error("a wrong password was taken")
			}
			token, err := config.PasswordCredentialsToken(ctx, adminEmail, adminPassword)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.EqualFold(token.TokenType, "bearer") || token.RefreshToken == "" || time.Until(token.Expiry) < time.Minute {
				t.Errorf("a token of type %q that ends in %v", token.TokenType, time.Until(token.Expiry))
			}
			readLeads(ctx, t, config.Client(ctx, token), s.base)

			token.Expiry = time.Now().Add(-time.Minute) // the client thinks that it has lapsed
			source := config.TokenSource(ctx, token)
			fresh, err := source.Token()
			if err != nil || fresh.AccessToken == token.AccessToken || fresh.RefreshToken == token.RefreshToken {
				t.Fatalf("refreshed to the same token, or not at all: %v", err)
			}
			readLeads(ctx, t, oauth2.NewClient(ctx, source), s.base)
		})
	}
}

func readLeads(ctx context.Context, t *testing.T, client *http.Client, base string) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/v1/leads", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(body), "oauth@") {
		t.Errorf("%s, %v: %s", response.Status, err, body)
	}
}
