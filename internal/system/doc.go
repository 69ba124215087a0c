// Package system judges how a server stands, from figures that somebody else has
// gathered: what is green, amber or red, in closed codes for programs and sentences for
// people, and what to do about it. It looks at nothing itself, so that every judgement
// can be shown to be right. Package doctor looks deeper, and takes its time.
package system
