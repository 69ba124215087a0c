package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"usher/internal/auth"
	"usher/internal/config"
	"usher/internal/doctor"
	"usher/internal/fault"
	"usher/internal/mail"
	"usher/internal/mail/smtp"
	"usher/internal/store"
	"usher/internal/words"
)

// commandLimit is how long one SMTP command may take while somebody waits for the
// doctor, whatever the outbox's patience.
const commandLimit = 15 * time.Second

// Doctor looks at the Usher of a configuration and tells what it finds. sendTo is
// who gets a test message; empty for nobody.
func Doctor(ctx context.Context, cfg config.Config, sendTo string, tell func(doctor.Finding)) error {
	cfg.SMTPTimeout = min(cfg.SMTPTimeout, commandLimit)
	if err := Check(cfg); err != nil {
		for _, f := range doctor.Settings(err) {
			tell(f)
		}
		return nil
	}
	dir := DataDir{path: cfg.DataDir}
	patient := doctor.Patient{
		Config: cfg, Dir: cfg.DataDir, Database: dir.file(databaseFile), Resumes: dir.file(resumeFolder), Kept: dir.file(keptFolder), Key: dir.file(keyFile), Lock: dir.file(lockFile),
		Open: func(ctx context.Context) (*store.Store, error) {
			return store.Open(ctx, store.Options{Path: dir.file(databaseFile), Latch: &fault.Latch{}})
		},
		Proof: func(leadID string) (string, error) { return receiptPath(cfg, dir, leadID) },
		Now:   Env{}.withDefaults().Now,
	}
	var err error
	if patient.From, err = mailbox(cfg); err != nil {
		return err
	}
	if sendTo != "" {
		if patient.SendTo, err = mail.ParseAddress(sendTo); err != nil {
			return err
		}
	}
	sender, err := newSender(cfg)
	if err != nil {
		return err
	}
	patient.Mail, _ = sender.(*smtp.Sender) // none where messages are captured
	languages, err := words.New(cfg.Languages...)
	if err != nil {
		return fmt.Errorf("USHER_LANGUAGES: %w", err)
	}
	letterhead := func() mail.Letterhead { return mail.Letterhead{Firm: cfg.FirmName} } // a test message needs no more
	renderer, err := mail.NewRenderer(letterhead, languages, patient.From, cfg.BaseURL.String())
	if err != nil {
		return err
	}
	patient.Tester = &mail.Tester{Render: renderer, Sender: sender, Domain: (&App{cfg: cfg}).mailDomain(), Now: patient.Now, NewID: newID}
	doctor.Examine(ctx, patient, tell)
	return ctx.Err()
}

// receiptPath is that of a lead's confirmation page, as the server with this key
// makes it. It makes no key.
func receiptPath(cfg config.Config, dir DataDir, leadID string) (string, error) {
	secret := cfg.SecretKey
	if secret == nil {
		if _, err := os.Stat(dir.file(keyFile)); err != nil {
			return "", err
		}
		var err error
		if secret, err = dir.SecretKey(); err != nil {
			return "", err
		}
	}
	id, err := uuid.Parse(leadID)
	return filepath.ToSlash("/received/" + auth.NewSeal(secret, auth.ForReceipt).Put(id[:])), err
}

// ValidAddress tells whether mail can be sent to an address.
func ValidAddress(address string) bool {
	_, err := mail.ParseAddress(address)
	return err == nil
}
