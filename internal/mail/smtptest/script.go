package smtptest

import (
	"bufio"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"
)

// script serves one connection badly, as the armed faults say.
type script struct {
	*Server
	conn net.Conn
	rcpt string
	mail Copy
}

func (s *script) run() {
	lines := textproto.NewReader(bufio.NewReader(s.conn))
	if !s.answer(Greeting, "220 smtptest") {
		return
	}
	for on := true; on; {
		line, err := lines.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		on = s.command(strings.ToUpper(verb), rest, lines)
	}
}

// command answers one command, and tells whether the session goes on.
func (s *script) command(verb, rest string, lines *textproto.Reader) bool {
	switch verb {
	case "EHLO", "HELO":
		return s.answer(Hello, "250-smtptest\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN")
	case "STARTTLS":
		return s.answer(StartTLS, "454 4.7.0 TLS not available")
	case "AUTH":
		return s.answer(Auth, "235 2.7.0 OK")
	case "MAIL":
		s.mail = Copy{From: address(rest), UTF8: strings.Contains(rest, " SMTPUTF8")}
		return s.answer(Mail, "250 2.1.0 OK")
	case "RCPT":
		s.rcpt = address(rest)
		s.mail.Recipients = append(s.mail.Recipients, s.rcpt)
		return s.answer(Rcpt, "250 2.1.5 OK")
	case "DATA":
		return s.data(lines)
	case "QUIT":
		s.answer(Quit, "221 2.0.0 Bye")
		return false
	default:
		s.say("500 5.5.2 What?", 0)
		return true
	}
}

func (s *script) data(lines *textproto.Reader) bool {
	if f := s.take(Data, s.rcpt); f != nil {
		return s.misbehave(f)
	}
	s.say("354 Go ahead", 0)
	content, err := lines.ReadDotBytes()
	if err != nil {
		return false // no final dot: not a message
	}
	s.mail.Content = strings.ReplaceAll(string(content), "\n", "\r\n")
	if f := s.take(Content, s.rcpt); f != nil {
		s.mail.Confirmed = strings.HasPrefix(f.Reply, "250")
		s.record(s.mail)
		return s.misbehave(f)
	}
	s.mail.Confirmed = true
	s.record(s.mail)
	s.say("250 2.0.0 OK", 0)
	if f := s.take(After, s.rcpt); f != nil {
		return s.misbehave(f)
	}
	return true
}

// answer gives the usual answer, or what a fault makes of it. It tells whether
// the session goes on.
func (s *script) answer(stage Stage, usual string) bool {
	if f := s.take(stage, s.rcpt); f != nil {
		return s.misbehave(f)
	}
	s.say(usual, 0)
	return true
}

func (s *script) misbehave(f *Fault) bool {
	if f.Reply != "" {
		s.say(f.Reply, f.Drip)
	}
	if f.Then == Hang {
		_, _ = io.Copy(io.Discard, s.conn) // until the client or the test ends
	}
	return f.Then == GoOn
}

func (s *script) say(reply string, drip time.Duration) {
	reply += "\r\n"
	if drip == 0 {
		_, _ = io.WriteString(s.conn, reply)
		return
	}
	for _, b := range []byte(reply) {
		select {
		case <-s.done:
			return
		case <-time.After(drip):
		}
		if _, err := s.conn.Write([]byte{b}); err != nil {
			return
		}
	}
}

// address takes the path out of "FROM:<ana@example.com> BODY=8BITMIME".
func address(s string) string {
	_, s, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, ">")
	return s
}
