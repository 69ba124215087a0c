package smtptest

import (
	"slices"
	"time"
)

// Stage is a moment of an SMTP session at which a server answers.
type Stage string

// The stages, in order.
const (
	Greeting Stage = "greeting"
	Hello    Stage = "EHLO"
	StartTLS Stage = "STARTTLS"
	Auth     Stage = "AUTH"
	Mail     Stage = "MAIL"
	Rcpt     Stage = "RCPT"
	Data     Stage = "DATA"
	Content  Stage = "content" // the answer to the final dot
	After    Stage = "after"   // right after the 250 to the final dot
	Quit     Stage = "QUIT"
)

// Act is what a server does after a fault's reply.
type Act int

// The acts.
const (
	GoOn Act = iota // waits for the next command
	Cut             // closes the connection
	Hang            // says no more, and keeps the connection open
)

// Fault is one way to misbehave. Reply takes the place of the usual answer; an
// empty one means that nothing is said.
type Fault struct {
	Stage Stage
	For   string        // only for this recipient, from RCPT on; empty: for whoever comes
	Reply string        // without the final CRLF
	Drip  time.Duration // pause before each byte of Reply
	Then  Act
	Times int // how often; 0 is once, negative is always
}

// Arm adds faults. Each waits for its stage, in the order of arming.
func (s *Server) Arm(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		f.Times = max(f.Times, -1)
		if f.Times == 0 {
			f.Times = 1
		}
		s.faults = append(s.faults, &f)
	}
}

// Heal disarms every fault.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// take finds the fault for a stage and uses it up.
func (s *Server) take(stage Stage, rcpt string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Stage != stage || f.For != "" && f.For != rcpt {
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return f
	}
	return nil
}

func (s *Server) faulty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults) > 0
}
