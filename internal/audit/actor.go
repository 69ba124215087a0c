package audit

import (
	"cmp"
	"context"
	"slices"
)

// Actor is who does something, and from where. The zero value is nobody who is known.
type Actor struct {
	UserID  string // of whoever is signed in; empty for all others
	KeyID   string // of the API key that speaks for the user; empty without one
	Network string // as the sign-in limits count it: an IPv4 address or an IPv6 /64; empty on the server itself
	Name    Name   // of what acts without a user
}

// Name says what acts when nobody is signed in.
type Name string

// The names.
const (
	CommandLine Name = "command_line" // whoever may run usher on the server
	SetupLink   Name = "setup_link"   // whoever has the link that makes the first admin
	Usher       Name = "usher"        // the program by itself, from its settings
)

// Names are all of them.
func Names() []Name { return []Name{CommandLine, SetupLink, Usher} }

// Valid tells whether n is one of the names.
func (n Name) Valid() bool { return slices.Contains(Names(), n) }

// ID is how an entry names the actor: the user's id, or the name; empty for nobody
// who is known.
func (a Actor) ID() string { return cmp.Or(a.UserID, string(a.Name)) }

type actorKey struct{}

// As says who acts in all that is done with the context.
func As(ctx context.Context, a Actor) context.Context {
	if a == ActorOf(ctx) {
		return ctx
	}
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf tells who acts; nobody who is known when nothing was said of it.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
