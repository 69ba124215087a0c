package mail_test

import (
	"testing"
	"time"

	"usher/internal/mail"
	"usher/internal/mail/smtptest"
)

// BenchmarkDrain sends 10,000 pending messages to a local server, a connection
// each, and reports messages a second (promise 17: at least 20).
func BenchmarkDrain(b *testing.B) {
	const pending = 10_000
	server := smtptest.Start(b)
	sender := smtpSender(b, server, time.Minute)
	for b.Loop() {
		b.StopTimer()
		o := newMemory()
		for range pending {
			o.add("ana@mail.example")
		}
		d := mail.NewDispatcher(o, renderer(b), sender, mail.Policy{}, env(newClock().now))
		b.StartTimer()
		if n, err := d.Once(b.Context()); n != pending || err != nil || o.count(mail.Sent) != pending {
			b.Fatalf("%d tried, %d sent, %v", n, o.count(mail.Sent), err)
		}
	}
	b.ReportMetric(float64(pending)*float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
}
