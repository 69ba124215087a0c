package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/joho/godotenv"
)

// readDotenv reads the file .env in dir; there need not be one.
func readDotenv(dir string) (map[string]string, error) {
	text, err := readSmall(filepath.Join(dir, ".env"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf(".env: can't be read: %w", err)
	}
	return parseDotenv(text)
}

// parseDotenv never wraps the parser's error: that quotes the rest of the file,
// secrets included. The line's number is found by trying shorter files.
func parseDotenv(text string) (map[string]string, error) {
	text = strings.TrimPrefix(text, "\ufeff") // Windows editors begin files with it
	if values, ok := dotenvValues(text); ok {
		return values, nil
	}
	lines := strings.SplitAfter(text, "\n")
	// A prefix that ends inside a quoted value fails although nothing is wrong
	// yet, so the longest good prefix ends before the broken line.
	n := len(lines) - 1
	for ; n > 0; n-- {
		if _, ok := dotenvValues(strings.Join(lines[:n], "")); ok {
			break
		}
	}
	for n < len(lines)-1 && skipped(lines[n]) {
		n++
	}
	return nil, fmt.Errorf(".env: line %d can't be read; write NAME=value, in single quotes when the value has spaces, # or $", n+1)
}

// skipped is what the parser passes over without looking: such a line is part
// of every prefix that fails, and never the reason.
func skipped(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "#")
}

// dotenvValues parses a file. A name with white space is a line with a
// forgotten "=", which the parser would take, and perhaps a secret with it.
func dotenvValues(text string) (map[string]string, bool) {
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	values, err := godotenv.Unmarshal(text)
	if err != nil {
		return nil, false
	}
	for name := range values {
		if name == "" || strings.ContainsAny(name, " \t\v\f\r\n") {
			return nil, false
		}
	}
	return values, true
}
