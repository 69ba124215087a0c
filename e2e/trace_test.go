package e2e

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// call is one system call of a trace that `strace -f -yy` wrote. Calls of several
// threads overlap: start and end are the lines at which one began and returned.
type call struct {
	start, end int
	name       string
	args       string // as strace prints them
	ok         bool
	file       string // the path of the descriptor that it works on, or empty
	buffer     string // what it writes, still escaped
}

var (
	wholeCall   = regexp.MustCompile(`^(\d+) +(\w+)\((.*)\) += (-?\d+|\?)`)
	begunCall   = regexp.MustCompile(`^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$`)
	resumedCall = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+|\?)`)
	onFile      = regexp.MustCompile(`^\d+<(/[^>]*)>`)
	text        = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)
	marked      = regexp.MustCompile(`filename\\":\\"(mark-[a-z0-9-]+)`)
)

// parseTrace reads a trace. A call that never returned is left out.
func parseTrace(trace string) (calls []call) {
	open := map[string]call{} // by thread
	for n, line := range strings.Split(trace, "\n") {
		if m := begunCall.FindStringSubmatch(line); m != nil {
			open[m[1]] = call{start: n, name: m[2], args: m[3]}
		} else if m := resumedCall.FindStringSubmatch(line); m != nil {
			c := open[m[1]]
			calls = append(calls, newCall(c.start, n, c.name, c.args+m[3], m[4]))
		} else if m := wholeCall.FindStringSubmatch(line); m != nil {
			calls = append(calls, newCall(n, n, m[2], m[3], m[4]))
		}
	}
	return calls
}

func newCall(start, end int, name, args, result string) call {
	c := call{start: start, end: end, name: name, args: args, ok: result != "?" && !strings.HasPrefix(result, "-")}
	if m := onFile.FindStringSubmatch(args); m != nil {
		c.file = m[1]
	}
	if m := text.FindStringSubmatch(args); m != nil && c.writes() {
		c.buffer = m[1]
	}
	return c
}

func (c call) writes() bool {
	return strings.HasPrefix(c.name, "write") || strings.HasPrefix(c.name, "pwrite")
}

func (c call) syncs() bool { return c.ok && (c.name == "fsync" || c.name == "fdatasync") }

// paths are the paths that a call names, made absolute.
func (c call) paths() (paths []string) {
	dir := ""
	for arg := range strings.SplitSeq(c.args, ", ") {
		if _, at, found := strings.Cut(arg, "<"); found && !strings.HasPrefix(arg, `"`) {
			dir = strings.TrimSuffix(at, ">")
		} else if strings.HasPrefix(arg, `"`) {
			name := strings.Trim(arg, `"`)
			if !path.IsAbs(name) {
				name = path.Join(dir, name)
			}
			paths = append(paths, name)
		}
	}
	return paths
}

// history is a trace, and the data directory that it is about.
type history struct {
	calls []call
	data  string
}

// acknowledgements finds the 201 answers by the mark in their file name: the
// moment at which each began to leave.
func (h history) acknowledgements() map[string]int {
	at := map[string]int{}
	for _, c := range h.calls {
		if c.writes() && strings.Contains(c.args, "HTTP/1.1 201 ") {
			if m := marked.FindStringSubmatch(c.args); m != nil {
				at[m[1]] = c.start
			}
		}
	}
	return at
}

// broken gives every way in which a promise of durability is broken: for each
// marked lead, whose resume begins with its mark, what was not on disk when its
// 201 left.
func (h history) broken() (findings []string) {
	for mark, at := range h.acknowledgements() {
		for _, check := range []func(string, int) error{h.resumeSynced, h.commitSynced, h.namesSynced} {
			if err := check(mark, at); err != nil {
				findings = append(findings, mark+": "+err.Error())
			}
		}
	}
	return findings
}

// synced tells whether a sync of a file or folder began after one moment and was
// over before another, and when it was over.
func (h history) synced(name string, after, before int) (over int, ok bool) {
	for _, c := range h.calls {
		if c.syncs() && c.file == name && c.start > after && c.end < before {
			return c.end, true
		}
	}
	return 0, false
}

// resumeSynced follows the resume: every write, then a sync of the file, then the
// rename, then a sync of the folder.
func (h history) resumeSynced(mark string, at int) error {
	name, written := "", -1
	for _, c := range h.calls {
		if c.writes() && name == "" && strings.HasPrefix(c.buffer, mark+" ") {
			name = c.file
		}
		if c.writes() && name != "" && c.file == name {
			written = max(written, c.end)
		}
	}
	if name == "" || written >= at {
		return fmt.Errorf("the resume is not written (file %q)", name)
	}
	over, ok := h.synced(name, written, at)
	if !ok {
		return fmt.Errorf("the resume %s has unsynced writes", path.Base(name))
	}
	for _, c := range h.calls {
		if !c.ok || !strings.HasPrefix(c.name, "rename") || c.end >= at {
			continue
		}
		paths := c.paths()
		if len(paths) != 2 || paths[0] != name {
			continue
		}
		if c.start < over {
			return fmt.Errorf("the resume %s was renamed before it was synced", path.Base(name))
		}
		if _, ok := h.synced(path.Dir(paths[1]), c.end, at); !ok {
			return fmt.Errorf("the folder of the resume %s is not synced after the rename", path.Base(name))
		}
		return nil
	}
	return fmt.Errorf("the resume %s has no name to stay under", path.Base(name))
}

// commitSynced follows the row: it is in the write-ahead log with the first page
// that holds the mark; its transaction ends with the next commit frame, whose
// header tells the size of the database (SQLite file format, section 4.1).
func (h history) commitSynced(mark string, at int) error {
	log := path.Join(h.data, "usher.db-wal")
	found, commit, ended := false, false, -1
	for _, c := range h.calls {
		if !c.writes() || c.file != log {
			continue
		}
		if strings.HasPrefix(c.args[strings.LastIndexByte(c.args, '"')+1:], ", 24, ") { // a frame's header
			commit = !strings.HasPrefix(string(unescape(c.buffer))[4:], "\x00\x00\x00\x00")
			continue
		}
		if found = found || strings.Contains(c.buffer, mark); found && commit {
			ended = c.end
			break
		}
	}
	if ended < 0 || ended >= at {
		return fmt.Errorf("the row is not committed")
	}
	if _, ok := h.synced(log, ended, at); !ok {
		return fmt.Errorf("the commit is not synced")
	}
	return nil
}

// namesSynced looks at what was made for all leads: the data directory, the folder
// of the resumes, the database and its log must have durable names. The index of
// the log (-shm) is made anew at each start, and the lock means nothing to the
// next one.
func (h history) namesSynced(_ string, at int) error {
	for _, name := range []string{h.data, h.data + "/resumes", h.data + "/usher.db", h.data + "/usher.db-wal"} {
		made := -1
		for _, c := range h.calls {
			makes := strings.HasPrefix(c.name, "mkdir") || strings.HasPrefix(c.name, "open") && strings.Contains(c.args, "O_CREAT")
			if !c.ok || !makes {
				continue
			}
			if paths := c.paths(); len(paths) == 1 && paths[0] == name {
				made = c.end
				break
			}
		}
		if made < 0 || made >= at {
			return fmt.Errorf("%s was never made", path.Base(name))
		}
		if _, ok := h.synced(path.Dir(name), made, at); !ok {
			return fmt.Errorf("the name of %s is not synced", path.Base(name))
		}
	}
	return nil
}

// syncs counts the syncs in the data directory from the first write of a resume
// whose mark begins so to the last such 201, and the leads.
func (h history) syncs(prefix string) (syncs, leads int) {
	first, last := -1, -1
	for mark, at := range h.acknowledgements() {
		if strings.HasPrefix(mark, prefix) {
			leads++
			last = max(last, at)
		}
	}
	for _, c := range h.calls {
		if first < 0 && c.writes() && strings.HasPrefix(c.buffer, prefix) {
			first = c.start
		}
		if first >= 0 && c.syncs() && strings.HasPrefix(c.file, h.data) && c.start > first && c.end < last {
			syncs++
		}
	}
	return syncs, leads
}

// unescape undoes what strace does to a buffer.
func unescape(s string) (b []byte) {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		i++
		digits := i
		for digits < len(s) && digits < i+3 && s[digits] >= '0' && s[digits] <= '7' {
			digits++
		}
		if n, err := strconv.ParseUint(s[i:digits], 8, 8); err == nil {
			b = append(b, byte(n))
			i = digits - 1
			continue
		}
		if at := strings.IndexByte("nrtvf", s[i]); at >= 0 {
			b = append(b, "\n\r\t\v\f"[at])
			continue
		}
		b = append(b, s[i])
	}
	return b
}
