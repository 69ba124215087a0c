// Package store is the only place with SQL. It keeps leads with their timelines
// and messages, users and their sessions, in SQLite: one connection that writes,
// a few that read, the write-ahead log, and synchronous=FULL, so that a commit is
// on disk when a method returns. On PostgreSQL it does the same; only tests do so
// yet.
//
// Every exported method that writes is one transaction, which may share a commit
// with others (group.go); unexported helpers take the transaction. The SQL is one
// text for both engines (binds as $N in order of first use, Unix microseconds, no
// functions of one engine); what differs stands in dialect.go, and in migrations
// named for one engine. Driver errors become faults here, by code and constraint
// name (failure.go).
package store
