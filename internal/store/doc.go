// Package store is the only place with SQL. It keeps leads with their timelines
// and messages, users and their sessions, in SQLite: one connection that writes,
// a few that read, the write-ahead log, and synchronous=FULL, so that a commit is
// on disk when a method returns.
//
// Every exported method that writes is one transaction; unexported helpers take
// the transaction. The SQL is written for two engines (binds as $N in order of
// first use, Unix microseconds, no functions of one engine); what differs stands
// in sqlite.go. Driver errors become faults here, by code and constraint name.
package store
