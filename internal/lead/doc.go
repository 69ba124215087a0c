// Package lead is the heart of Usher: what a prospect submits, the record it
// becomes, and the two states that record can be in.
//
// The rules are functions of values. [New] turns a [Submission] into a [Lead]
// and the messages that announce it, or into every violation at once;
// [Lead.ReachOut] and [Lead.Reopen] decide what a change of state does. None of
// them knows the time, a database or HTTP. [Service] runs them: it keeps the
// resume, asks the rules, and has the answer written in one transaction.
package lead
