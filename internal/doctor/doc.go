// Package doctor looks for what would keep Usher from working: settings, rights,
// disk, database, base URL, mail. Each check is a small function that says what
// it found and, where something can be done, what to do.
//
// It works beside a running server and without one. It takes no lock that it
// keeps, changes nothing (a probe file is removed again) and shows no secret.
package doctor
