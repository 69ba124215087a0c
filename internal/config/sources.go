package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxFile bounds .env and the files of secrets, so that a wrong path (a
// database, /dev/zero) is an error and not a full memory.
const maxFile = 64 << 10

// find gives the value of a setting from the first level that has one.
func find(row setting, levels []level, dir string) (origin, error) {
	for _, l := range levels {
		value, path := l.values[row.Name], ""
		if row.Secret {
			path = l.values[row.FileName()]
		}
		source := l.name
		if l.name == "flag" {
			source = "flag " + row.Flag
		}
		switch {
		case value != "" && path != "":
			return origin{"", source}, fmt.Errorf("is set, and so is %s; keep one of them", row.FileName())
		case path != "":
			return fromFile(row, path, dir)
		case value != "":
			return origin{value, source}, nil
		}
	}
	return origin{row.Default, "default"}, nil
}

// fromFile reads a secret from its file. One trailing newline is the editor's.
//
// A file that can't be read isn't named: people put the secret itself there.
func fromFile(row setting, path, dir string) (origin, error) {
	o := origin{source: "file " + path}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	text, err := readSmall(path)
	if err != nil {
		return origin{source: row.FileName()}, fmt.Errorf("the file that %s names can't be read: %w", row.FileName(), err)
	}
	o.value = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	if o.value == "" {
		return o, errors.New("is empty; write the secret into the file")
	}
	return o, nil
}

func readSmall(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", reason(err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", reason(err)
	}
	if len(text) > maxFile {
		return "", fmt.Errorf("it is larger than %d KiB", maxFile>>10)
	}
	return string(text), nil
}

// reason is a file error without the path, which the caller has named already.
func reason(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}

// environMap reads NAME=value pairs. As in C's getenv, the first of a name counts.
func environMap(environ []string) map[string]string {
	values := make(map[string]string, len(environ))
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if _, seen := values[name]; !seen {
			values[name] = value
		}
	}
	return values
}
