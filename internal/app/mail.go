package app

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"time"

	"usher/internal/config"
	"usher/internal/firm"
	"usher/internal/lead"
	"usher/internal/mail"
	"usher/internal/mail/smtp"
)

// enlist makes the notifications of a lead that came in before there was anybody
// to tell.
func (a *App) enlist(l lead.Lead, adminEmail string) ([]mail.Message, error) {
	address, err := mail.ParseAddress(adminEmail)
	if err != nil {
		return nil, err
	}
	return lead.Notifications(l, newID, lead.Firm{Attorneys: []mail.Address{address}, Post: a.posting()}), nil
}

func (a *App) buildMail() error {
	from, err := mailbox(a.cfg)
	if err != nil {
		return err
	}
	renderer, err := mail.NewRenderer(a.letterhead, a.languages, from, a.cfg.BaseURL.String())
	if err != nil {
		return err
	}
	renderer.OpenLink = a.openLink
	policy := mail.Policy{First: a.cfg.MailRetryFirst, Max: a.cfg.MailRetryMax, TryLimit: tryLimit(a.cfg)}
	sender, err := newSender(a.cfg)
	if err != nil {
		return err
	}
	sender = a.env.Sender(sender)
	a.Dispatcher = mail.NewDispatcher(a.store, renderer, sender, policy, mail.Env{
		Now: a.env.Now, Jitter: mathrand.Float64, NewLease: newID, Log: a.env.Log,
	})
	a.tester = &mail.Tester{Render: renderer, Domain: a.mailDomain(), Now: a.env.Now, NewID: newID, Limit: mail.NewTestLimit()}
	if a.cfg.SMTP != nil {
		a.tester.Sender = sender
	}
	return nil
}

// letterhead is what the firm puts on its letters now. A letter can wait for nothing
// but its own facts: when the profile can't be had, it goes out under the settings' name.
func (a *App) letterhead() mail.Letterhead {
	ctx, cancel := context.WithTimeout(context.Background(), profileLimit)
	defer cancel()
	current, err := a.Firm.Current(ctx)
	if err != nil {
		a.env.Log.Warn("a letter goes out without the firm's profile", "error", err)
	}
	return a.letterheadOf(current, nil)
}

// letterheadOf is what the firm puts on its letters. An unsaved note, when there is
// one, stands in for the firm's sentence in the language of the letter.
func (a *App) letterheadOf(current firm.Current, unsaved *string) mail.Letterhead {
	usual := a.languages.All()[0].Tag
	return mail.Letterhead{
		Firm: current.Profile.Called(a.cfg.FirmName), Zone: current.Profile.Location(),
		Promise: func(language string) (text, of string) {
			return current.Text(language, usual, func(t firm.Texts) string { return t.Promise })
		},
		Note: func(language string) (text, of string) {
			said := current
			if unsaved != nil {
				said = current.WithMailNote(language, *unsaved)
			}
			return said.Text(language, usual, func(t firm.Texts) string { return t.MailNote })
		},
	}
}

const profileLimit = 5 * time.Second

func mailbox(cfg config.Config) (mail.Mailbox, error) {
	if cfg.MailFrom == nil {
		return mail.Mailbox{}, nil
	}
	from, err := mail.ParseMailbox(cfg.MailFrom.Name + " <" + cfg.MailFrom.Address + ">")
	if err != nil {
		return mail.Mailbox{}, fmt.Errorf("USHER_MAIL_FROM: %w; write Firm Name <intake@firm.example>", err)
	}
	return from, nil
}

// tryLimit bounds a whole try. It is a dozen commands at most; a server that takes
// the longest over more than two of them is not working.
func tryLimit(cfg config.Config) time.Duration { return 2*cfg.SMTPTimeout + time.Minute }

func newSender(cfg config.Config) (mail.Sender, error) {
	s := cfg.SMTP
	if s == nil {
		return mail.Capture{}, nil
	}
	sender, err := smtp.New(smtp.Config{
		Host: s.Host, Port: s.Port, User: s.User, Password: s.Password, ImplicitTLS: s.Implicit, TLS: smtp.TLS(s.TLS),
		Timeout: cfg.SMTPTimeout, TryLimit: tryLimit(cfg), Hello: cfg.BaseURL.Hostname(),
	})
	if err != nil {
		return nil, fmt.Errorf("USHER_SMTP_URL: %w", err)
	}
	return sender, nil
}

// posting is what all messages have in common.
func (a *App) posting() mail.Post { return mail.Post{Domain: a.mailDomain(), Captures: a.captures} }

// mailDomain is the right-hand side of Message-IDs: that of the firm's address,
// or of its links.
func (a *App) mailDomain() string {
	if from, err := mailbox(a.cfg); err == nil && !from.IsZero() {
		return from.Address.Domain
	}
	return a.cfg.BaseURL.Hostname()
}

func addresses(texts []string) ([]mail.Address, error) {
	all := make([]mail.Address, 0, len(texts))
	for _, text := range texts {
		address, err := mail.ParseAddress(text)
		if err != nil {
			return nil, errors.New("USHER_ATTORNEY_EMAIL: one of the addresses is not an e-mail address like name@example.com")
		}
		all = append(all, address)
	}
	return all, nil
}
