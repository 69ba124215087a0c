package httpapi

import (
	"time"

	"usher/internal/lead"
	"usher/internal/mail"
)

// The people, files and times of the document's examples. An example is a value
// of the type that is answered, so that it can't have what the answer hasn't.
const (
	exampleID        = "01a2153f-7c1e-7d3a-9b52-4f0c8e6a1d27" // a lead
	exampleUserID    = "01a2150c-11b4-7f06-8a6e-2b9d5c3e7f10"
	exampleMessageID = "01a2153f-7c20-7b8e-a3d1-6e5f4c3b2a19"
	exampleRequestID = "01a21540-02f7-7c44-b1a9-8d7e6f5c4b3a"
	exampleCursor    = "k3J9x0aVb2Qm7Zt1Yc8Rw5Lp4Sd6Fg"
	exampleSHA256    = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
)

func exampleTime() time.Time { return time.Date(2026, 11, 23, 9, 14, 3, 250_000_000, time.UTC) }

func exampleReceipt() Receipt {
	return Receipt{
		ID: exampleID, Reference: "7K4-Q2M", FirstName: "María", LastName: "Carreño", Email: "maria@example.com", Language: "en",
		State: lead.Pending, CreatedAt: exampleTime(),
		Resume: ResumeView{Filename: "maria-cv.pdf", ContentType: "application/pdf", Size: 48213, SHA256: exampleSHA256},
	}
}

func examplePending() LeadView { return LeadView{Receipt: exampleReceipt(), Version: 1} }

func exampleReachedOut() LeadView {
	l := examplePending()
	l.State, l.Version = lead.ReachedOut, 2
	l.ReachedOutAt, l.ReachedOutBy, l.Channel = maybe(exampleTime().Add(2*time.Hour)), maybe(exampleUserID), maybe(lead.Channel("phone"))
	return l
}

func exampleMessage() MessageView {
	return MessageView{
		ID: exampleMessageID, LeadID: maybe(exampleID), Kind: mail.Confirmation, Recipient: "maria@example.com", State: mail.Retrying, Attempts: 2,
		LastError: maybe("451 4.3.0 Try again later"), CreatedAt: exampleTime(), NextAt: maybe(exampleTime().Add(time.Minute)),
	}
}

// exampleRetried is what a message that was given up is after a retry.
func exampleRetried() MessageView {
	m := exampleMessage()
	m.State = mail.Queued
	return m
}

func leadSamples() []sample {
	return []sample{{"Pending", examplePending()}, {"Reached out", exampleReachedOut()}}
}

func exampleTokens() TokenAnswer {
	return TokenAnswer{ //nolint:gosec // nobody's: it is what one looks like
		AccessToken: "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl", TokenType: "bearer",
		ExpiresIn: 900, RefreshToken: "Qm7Zt1Yc8Rw5Lp4Sd6Fgk3J9x0aVb2hN1uE7oTiKsXw",
	}
}

const (
	exampleResume  = "Maria Ortiz, civil engineer since 2011.\n"
	exampleMetrics = "# TYPE usher_build_info gauge\nusher_build_info{version=\"1.0.0\"} 1\n"
	examplePage    = "<!doctype html>\n<html lang=\"en\">…</html>\n"
)

func exampleDocument() map[string]any {
	return map[string]any{"openapi": "3.1.0", "info": map[string]string{"title": "Usher", "version": ContractVersion}}
}
