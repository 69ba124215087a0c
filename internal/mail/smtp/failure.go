package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/textproto"
	"syscall"

	"usher/internal/mail"
)

// replyOf finds the server's answer in an error, or nil when there is none.
func replyOf(err error) *textproto.Error {
	reply, _ := errors.AsType[*textproto.Error](err)
	return reply
}

// fail makes a failure of what went wrong at a stage. about is what the stage is
// about when the answer doesn't say otherwise: the server itself up to AUTH, the
// message after that.
func fail(about mail.Trouble, stage string, to mail.Address, err error) error {
	reply := replyOf(err)
	if reply == nil {
		return &mail.Failure{Trouble: about, Stage: stage, Text: mail.Scrub(words(err), to), Cause: err}
	}
	switch {
	case reply.Code == 530, reply.Code == 534, reply.Code == 535, reply.Code == 538:
		// It wants AUTH or TLS first (RFC 4954 section 6): that is no fault of this message.
		about = mail.Unreachable
	case reply.Code >= 500 && about == mail.Deferred:
		about = mail.Refused
	}
	return &mail.Failure{Trouble: about, Stage: stage, Code: reply.Code, Text: mail.Scrub(reply.Msg, to)}
}

// words says for staff what happened to the connection, without addresses of
// machines, which differ from try to try.
func words(err error) string {
	var dns *net.DNSError
	var number syscall.Errno
	var protocol textproto.ProtocolError
	switch {
	case errors.Is(err, errSlow), errors.Is(err, errFlood), errors.Is(err, errNoTLS), errors.Is(err, errNoAuth):
		return err.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return "the try took too long"
	case errors.Is(err, context.Canceled):
		return "the try was cut short"
	case errors.As(err, &dns):
		return "the mail server's name was not found"
	case isTLS(err):
		return "TLS failed: " + err.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection was lost"
	case errors.As(err, &number):
		return number.Error()
	case errors.As(err, &protocol):
		return "the answer is not SMTP"
	default:
		return err.Error()
	}
}

func isTLS(err error) bool {
	var verify *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var unknown x509.UnknownAuthorityError
	return errors.As(err, &verify) || errors.As(err, &record) || errors.As(err, &alert) || errors.As(err, &unknown)
}
