// Command load drives the built server on this machine and prints how it does as
// ratios: to what the disk can do, measured in the same run, and to a bare durable
// server that does only the work that no intake can leave out (ceiling.go). It
// prints the bars of docs/speed.md beside them, and fails on none: times hold for
// one machine and one moment.
//
//	go run ./e2e/load -binary bin/usher
//
// Everything is on one disk, below -dir, so that the ratios compare like with like.
package main
