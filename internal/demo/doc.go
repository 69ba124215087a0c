// Package demo makes up a believable firm: its people, and leads over ninety
// days with everything that happened to them, down to the resumes. It is for
// `usher demo` and for benchmarks.
//
// It is pure: the same seed, time and number give the same firm, ids included,
// and nobody in it exists. Mail goes to reserved domains only (RFC 2606). Leads
// come from [lead.New] and are changed by their own rules, so that a demo shows
// nothing that Usher couldn't have come to by itself.
package demo
