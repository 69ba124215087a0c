// Package config turns flags, environment and .env into one Config of typed,
// ready-to-use values, or into every reason why it can't, all at once.
//
// One table (see settings.go) drives everything that knows the settings: the
// parsing, the command line's flags, `usher config`, .env.example and
// docs/settings.md. There is no second list to keep in step.
//
// No error and nothing that this package prints holds a secret's value. That
// includes parts of one: the parsers of secrets never quote what they refuse.
package config
