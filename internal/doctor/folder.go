package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// directory tells whether the data directory can be used by whoever asks.
func (e *exam) directory(context.Context) []Finding {
	info, err := os.Stat(e.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return one(Note, e.Dir+" isn't there yet.", "usher serve makes it; or set USHER_DATA_DIR to where it is.")
	case err != nil:
		return one(Problem, "The data directory can't be looked at: "+err.Error()+".", "Let this user read it, or set USHER_DATA_DIR to another.")
	case !info.IsDir():
		return one(Problem, e.Dir+" is not a directory.", "Set USHER_DATA_DIR to one.")
	}
	e.there = true
	if err := unix.Access(e.Dir, unix.R_OK|unix.W_OK|unix.X_OK); err != nil {
		return one(Problem, fmt.Sprintf("This user (%d) can't read and write %s: %v.", os.Geteuid(), e.Dir, err),
			"Run usher doctor as the user that serves, or give the directory to this one: chown -R.")
	}
	if owner, known := ownerOf(info); known && owner != os.Geteuid() {
		return one(Warning, fmt.Sprintf("%s belongs to user %d and not to this one (%d): what is found here may not be what the server finds.", e.Dir, owner, os.Geteuid()),
			"Run usher doctor as the user that serves.")
	}
	return one(OK, e.Dir+" belongs to this user.", "")
}

func ownerOf(info fs.FileInfo) (uid int, known bool) {
	stat, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return 0, false
	}
	return int(stat.Uid), true
}

// rights are those that other users of the machine have.
func (e *exam) rights(context.Context) []Finding {
	if !e.there {
		return nil
	}
	all := others(e.Key, Problem, "the secret key: who has it can make tokens and links")
	for _, path := range []string{e.Database, e.Database + "-wal", e.Resumes, e.Kept} {
		all = append(all, others(path, Warning, "what belongs to the firm alone")...)
	}
	all = append(all, parents(e.Dir)...)
	if all == nil {
		return one(OK, "Nobody else can read or write the data.", "")
	}
	return all
}

func others(path string, level Level, what string) []Finding {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 { // what isn't there is nobody's
		return nil
	}
	return one(level, fmt.Sprintf("Other users have rights to %s (%v), %s.", path, info.Mode().Perm(), what), "chmod go-rwx "+quoted(path))
}

// parents finds a directory above in which somebody else could put another one in
// the place of ours.
func parents(dir string) []Finding {
	path, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	for path != filepath.Dir(path) {
		path = filepath.Dir(path)
		info, err := os.Stat(path)
		if err == nil && info.Mode().Perm()&0o022 != 0 && info.Mode()&fs.ModeSticky == 0 {
			return one(Warning, fmt.Sprintf("Others can write %s (%v), and so put another data directory in the place of this one.", path, info.Mode().Perm()),
				"chmod go-w "+quoted(path)+", or set USHER_DATA_DIR to another place.")
		}
	}
	return nil
}

// quoted is a path as a shell takes it.
func quoted(path string) string {
	if strings.ContainsAny(path, " '\"$&;()*?\\<>|`") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}
