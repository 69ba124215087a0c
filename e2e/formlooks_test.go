package e2e

import (
	"testing"

	"usher/internal/mail/smtptest"
)

// inEveryLanguage are the pages in all that ships, and in the one that is for tests.
const inEveryLanguage = "USHER_LANGUAGES=en,es,zh-Hans,pt-BR,fr,vi,ar,en-XA"

// Every page that a prospect meets can be used by everybody, in every state: axe
// finds nothing, light and dark, from left to right and from right to left.
func TestFormLooks(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "ar", "en-XA"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			browse(t, sendingMail(t), "form-looks.test.mjs", "LOOK_IN="+language)
		})
	}
}

// So can the one that says that too many forms came.
func TestFormLooksLimited(t *testing.T) {
	t.Parallel()
	browse(t, how{env: []string{inEveryLanguage, "USHER_PUBLIC_RATE=1/h"}}, "form-looks-limited.test.mjs")
}

// So can the one that makes the first admin.
func TestFormLooksSetup(t *testing.T) {
	t.Parallel()
	browse(t, how{env: []string{inEveryLanguage}, noAdmin: true}, "form-looks-setup.test.mjs")
}

// They can be used where there is little room, with a keyboard alone, and in colours
// of one's own.
func TestFormLooksFits(t *testing.T) {
	t.Parallel()
	browse(t, sendingMail(t), "form-looks-fits.test.mjs")
}

// The form is light, and asks nobody else for anything. The times are printed; run it
// with -v to read them.
func TestFormBudget(t *testing.T) {
	t.Parallel()
	browse(t, sendingMail(t), "form-budget.test.mjs")
}

// sendingMail is a server that has a mail server.
func sendingMail(t *testing.T) how {
	t.Helper()
	return how{env: append(through(smtptest.Start(t)), inEveryLanguage)}
}
