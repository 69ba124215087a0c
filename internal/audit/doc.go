// Package audit knows what is kept of who did what, when and from where. Its entries
// are written by package store in the transaction of the change that they tell of, so
// that neither is there without the other; nothing ever changes or deletes one.
//
// Who acts travels in the context: [As] puts them there once, at the edge, and
// [ActorOf] finds them where the entry is written. What no transaction tells of, such
// as a file that was saved or a password that was wrong, goes through a [Book].
//
// An entry keeps facts. It never holds a prospect's name, address, text or reference:
// a lead is named by its id, which outlives it.
package audit
