// Package edge stands between the network and the handlers, of the API and of the
// pages alike: who is calling, at what pace a body must come, how often a network
// may submit, which status an error has, and the one line that the log gets.
package edge
