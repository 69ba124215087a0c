package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"usher/internal/mail/smtptest"
)

// Somebody is invited and comes in by the link in their mail; forgets the password and
// chooses another one by mail, which ends the sessions that they had elsewhere.
func TestAppAccount(t *testing.T) {
	t.Parallel()
	post := smtptest.Start(t)
	mailbox := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		texts := []string{}
		for _, letter := range post.Copies() {
			if slices.Contains(letter.Recipients, r.URL.Query().Get("to")) {
				texts = append(texts, parseLetter(t, letter.Content).text)
			}
		}
		if err := json.NewEncoder(w).Encode(texts); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(mailbox.Close)
	browse(t, how{env: through(post)}, "app-account.test.mjs", "MAILBOX="+mailbox.URL)
}
