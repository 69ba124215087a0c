package mail

import (
	"strings"
)

// Mailbox is an address with the name that a mail program shows for it.
type Mailbox struct {
	Name    string // may be empty; holds no control characters
	Address Address
}

// IsZero tells whether there is no mailbox.
func (m Mailbox) IsZero() bool { return m.Address == Address{} }

// ParseMailbox reads `Firm Name <intake@firm.example>` or a bare address. It is
// for settings, so the name needs no quotes, even with a comma or a dot in it.
func ParseMailbox(s string) (Mailbox, error) {
	s = strings.TrimSpace(s)
	open := strings.LastIndexByte(s, '<')
	if open < 0 {
		address, err := ParseAddress(s)
		return Mailbox{Address: address}, err
	}
	inside, closed := strings.CutSuffix(s[open+1:], ">")
	if !closed {
		return Mailbox{}, ErrAddress
	}
	address, err := ParseAddress(inside)
	if err != nil {
		return Mailbox{}, err
	}
	name := strings.TrimSpace(s[:open])
	if len(name) >= 2 && name[0] == '"' && name[len(name)-1] == '"' {
		name = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(name[1 : len(name)-1])
	}
	return Mailbox{Name: clean(name), Address: address}, nil
}
