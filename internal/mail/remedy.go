package mail

import "strings"

// Explain says for people what went wrong with a try, in a sentence, and what
// helps against it.
func Explain(err error) (what, remedy string) {
	f := failureOf(err)
	return strings.TrimSuffix(f.Error(), ".") + ".", f.remedy()
}

func (f *Failure) remedy() string {
	certificate := strings.Contains(f.Text, "certificate")
	switch {
	case certificate:
		return "The certificate must be valid for the host in USHER_SMTP_URL, and of an issuer that this machine trusts (SSL_CERT_FILE can name one of your own)."
	case f.Stage == "dial" && strings.Contains(f.Text, "name"):
		return "Check the host in USHER_SMTP_URL."
	case f.Stage == "dial":
		return "Check host and port in USHER_SMTP_URL, and that this machine may connect there: many networks block 25, few block 587."
	case f.Stage == "greeting":
		return "Check the port in USHER_SMTP_URL: smtps:// begins with TLS (465), smtp:// goes on with STARTTLS (587)."
	case f.Stage == "STARTTLS":
		return "Use smtps:// with port 465 if the server has it; ?tls=opportunistic is for a server on a network of your own."
	case f.Stage == "AUTH":
		return "Check user and password in USHER_SMTP_URL; percent-encode / ? # @ : and %. Some providers want a password made for apps."
	case f.Stage == "MAIL":
		return "Set USHER_MAIL_FROM to an address that the mail server lets this user send from."
	case f.Stage == "RCPT":
		return "Check the address; if it is right, the mail server doesn't let this user send there."
	}
	return "Ask whoever runs the mail server what it means."
}
