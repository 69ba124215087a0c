package e2e

import (
	"fmt"
	"strings"
	"testing"

	"usher/internal/mail/smtptest"
)

// An admin changes every setting of the firm; the form, the confirmation and the mail
// that leaves show it.
func TestAppSettings(t *testing.T) {
	t.Parallel()
	post := smtptest.Start(t)
	browse(t, how{env: through(post)}, "app-settings.test.mjs")
	for to, says := range map[string]string{"first@example.com": "Reference: ", "arabic@example.com": "احتفظ بهذه الرسالة."} {
		eventually(t, patience, func() error {
			for _, letter := range post.Copies() {
				if letter.Recipients[0] == to && strings.Contains(parseLetter(t, letter.Content).text, says) {
					return nil
				}
			}
			return fmt.Errorf("no letter to %s says %s", to, says)
		})
	}
}

// Every topic can be used by everybody: axe finds nothing, there is room on a phone,
// and the keyboard is enough.
func TestAppSettingsLooks(t *testing.T) {
	t.Parallel()
	browse(t, how{}, "app-settings-looks.test.mjs")
}
