package httpapi

import (
	"net/http"
	"time"

	"usher/internal/fault"
)

func resumeViolation(code, message string) *fault.Error {
	return fault.Field(fault.Unsupported, "resume", code, message)
}

// submitRefusals are those of a submission, by the form or the API. A bad resume
// decides status and code; the errors name whatever else is wrong, too.
func submitRefusals() []refusal {
	return []refusal{
		refused(fault.Malformed, "malformed_multipart", "The body is not well-formed multipart/form-data.", "The body can't be parsed, or it ends early."),
		refused(fault.Malformed, "too_slow", "The body arrived too slowly. Try again on a better connection.",
			"After the first 30 seconds the body came at less than 8 KiB a second."),
		{err: fault.Field(fault.TooLarge, "resume", "too_large", "This file is larger than 10 MB. Choose a smaller file."),
			when: "The resume is larger than the limit, which is 10 MiB unless the firm has set another one."},
		refused(fault.Unsupported, "unsupported_media_type", "Send the form as multipart/form-data.", "Content-Type is not multipart/form-data."),
		encodedBody(),
		{err: resumeViolation("unsupported_type",
			"This kind of file isn't accepted. Choose a PDF, DOC, DOCX, ODT, RTF or TXT file, or a JPEG or PNG picture."),
			when: "By its content the resume is of another type than those."},
		{err: resumeViolation("name_mismatch",
			"The name of this file doesn't fit what is inside it, which is a PDF document. Give it a name that ends in .pdf and choose it again."),
			when: "The resume's name ends in an extension of another type than its content has."},
		{err: resumeViolation("macros", "This document holds macros, which are small programs. Save it as a PDF and choose that file."),
			when: "The resume is a document with macros."},
		{err: resumeViolation("unsafe_archive", "This document is packed in a way that isn't accepted. Save it as a PDF and choose that file."),
			when: "The resume is a DOCX or ODT whose archive is not what such a document is."},
		invalidSubmission(),
		refused(fault.Invalid, "too_many_parts", "The form has more than 64 parts.", "The body has more than 64 parts."),
		{err: fault.Field(fault.Invalid, "Idempotency-Key", "idempotency_key_reused",
			"This key was used for another submission. Use a new key."),
			when: "Another body was taken under this key within 24 hours."},
		{err: &fault.Error{Kind: fault.Throttled, Code: "too_many_submissions", RetryAfter: time.Second,
			Detail: "Too many submissions from your network. Wait a moment, then send it again."},
			when: "More came from this network than the firm's limit allows; 60 a minute unless it has set another."},
		cannotStore("The lead can't be kept now. Nothing was kept: send it again, under the same Idempotency-Key."),
		intakeStopped(),
	}
}

// submitFormRefusals are the form's: it has no keys, and a resume that isn't
// accepted is one more field that is wrong.
func submitFormRefusals() []refusal {
	var all []refusal
	for _, r := range submitRefusals() {
		switch {
		case r.err.Code == "idempotency_key_reused":
			continue
		case r.err.Kind == fault.Unsupported && len(r.err.Violations) > 0:
			r.status = http.StatusUnprocessableEntity
		case r.err.Code == "invalid":
			r.when = "A field is wrong or missing; the form says which."
		}
		all = append(all, r)
	}
	return all
}

func invalidSubmission() refusal {
	return invalid("A field is wrong. first_name, last_name: `required`, `too_long`, `invalid_characters`. email: `required`, `invalid_email`. "+
		"single_name: `not_boolean`. language: `invalid_language`. resume: `required`, `empty`, `not_a_file`. "+
		"Idempotency-Key: `invalid_key`. Any: `duplicate`, `unknown_field`, `not_text`, `too_long`.",
		fault.Violation{Field: "last_name", Code: "required", Message: "Enter your last name, or say that you have only one name."},
		fault.Violation{Field: "email", Code: "invalid_email", Message: "Enter an e-mail address like name@example.com."})
}

// tokenRefusals are those of the token route; the document shows them in the
// shape of RFC 6749.
func tokenRefusals() []refusal {
	return []refusal{
		{err: errTokenRequest, when: "A parameter is missing or comes twice, or the body is no form, is encoded, or is longer than 64 KiB."},
		refused(fault.Unauthenticated, "invalid_grant", "The credentials are not valid.",
			"Name or password is wrong, the user is disabled, or the refresh token is not good any more; the answer doesn't tell which."),
		{err: errGrantType, when: "grant_type is neither password nor refresh_token."},
		{err: &fault.Error{Kind: fault.Throttled, Code: "too_many_sign_ins", RetryAfter: time.Second,
			Detail: "Too many failed sign-ins. Wait before the next try."},
			when: "Too many sign-ins failed for this name from this network, or from this network, or too many people sign in at once."},
		cannotStore("A refresh can't be stored now; the refresh token stays good. Or the database can't be read."),
	}
}

func setupRefusals() []refusal {
	return []refusal{
		noSuch("link"),
		refused(fault.Malformed, "malformed_form", "The form could not be read. Try again.", "The body is no form, or is longer than 64 KiB."),
		refused(fault.Conflict, "not_first", "There is a user already.", "Somebody else made the first user in the same moment."),
		refused(fault.Unsupported, "unsupported_media_type", "Use the form on this page.", "The body is of another type, or has a Content-Encoding."),
		invalid("The address is no address, the password has less than 12 characters, or the name is too long."),
		{err: &fault.Error{Kind: fault.Throttled, Code: "busy", RetryAfter: time.Second}, when: "Too many people are signing in at once."},
		cannotStore("The admin can't be stored now."),
	}
}
