package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// instruction is one of a Dockerfile, on one line.
type instruction struct{ name, args string }

// stage is what stands between a FROM and the next.
type stage []instruction

// recipe is the Dockerfile: the stage that builds the staff app, the one that builds
// the program, and the image.
type recipe struct{ ui, build, image stage }

func dockerfile(t testing.TB) recipe {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^\s*(#.*)?\n`).ReplaceAllString(string(text), "")
	lines = strings.ReplaceAll(lines, "\\\n", " ")
	var stages []stage
	for line := range strings.Lines(lines) {
		name, args, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == "FROM" {
			stages = append(stages, nil)
		}
		stages[len(stages)-1] = append(stages[len(stages)-1], instruction{name, strings.TrimSpace(args)})
	}
	if len(stages) != 3 || !strings.HasSuffix(stages[0].only(t, "FROM"), " AS ui") || !strings.HasSuffix(stages[1].only(t, "FROM"), " AS build") {
		t.Fatalf("the Dockerfile has %d stages, want ui, build and the image", len(stages))
	}
	return recipe{stages[0], stages[1], stages[2]}
}

// all gives the arguments of every instruction of a name.
func (s stage) all(name string) (args []string) {
	for _, i := range s {
		if i.name == name {
			args = append(args, i.args)
		}
	}
	return args
}

// only gives the arguments of the one instruction of a name.
func (s stage) only(t testing.TB, name string) string {
	t.Helper()
	args := s.all(name)
	if len(args) != 1 {
		t.Fatalf("the image has %d times %s, want once", len(args), name)
	}
	return args[0]
}

// execForm reads a command as a list: there is no shell that could read a line.
func execForm(t testing.TB, args string) (command []string) {
	t.Helper()
	if err := json.Unmarshal([]byte(args), &command); err != nil || len(command) == 0 {
		t.Fatalf("%s is no list of words: %v", args, err)
	}
	return command
}

// environment gives the image's variables, NAME=value.
func (s stage) environment() (env []string) {
	for _, args := range s.all("ENV") {
		env = append(env, strings.Fields(args)...)
	}
	return env
}

func (s stage) variable(name string) string {
	for _, v := range s.environment() {
		if value, found := strings.CutPrefix(v, name+"="); found {
			return value
		}
	}
	return ""
}

// user gives the user and the group, which must be numbers: scratch has no names.
func (s stage) user(t testing.TB) (uid, gid int) {
	t.Helper()
	u, g, _ := strings.Cut(s.only(t, "USER"), ":")
	uid, userErr := strconv.Atoi(u)
	gid, groupErr := strconv.Atoi(g)
	if userErr != nil || groupErr != nil || uid == 0 || gid == 0 {
		t.Fatalf("USER %s: want two numbers that aren't root's", s.only(t, "USER"))
	}
	return uid, gid
}

// buildContext copies what .dockerignore lets through, as a builder gets it.
func buildContext(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	var wanted, unwanted []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line == "*" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "!") && !strings.ContainsAny(line, "*/"):
			wanted = append(wanted, line[1:])
		case strings.HasPrefix(line, "**/") && !strings.Contains(line[3:], "/"):
			unwanted = append(unwanted, line[3:])
		case !strings.ContainsAny(line, "!*"):
			unwanted = append(unwanted, filepath.Join("..", line))
		default:
			t.Fatalf("this test can't read the line %q of .dockerignore", line)
		}
	}
	dir := t.TempDir()
	for _, name := range wanted {
		copyTree(t, filepath.Join("..", name), filepath.Join(dir, name), unwanted)
	}
	return dir
}

// copyTree copies a file, or what a folder holds, but for names that match one of
// the patterns and for paths that are one.
func copyTree(t testing.TB, from, to string, unwanted []string) {
	t.Helper()
	if slices.ContainsFunc(unwanted, func(pattern string) bool {
		matches, err := filepath.Match(pattern, filepath.Base(from))
		return pattern == from || err == nil && matches
	}) {
		return
	}
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	if !info.IsDir() {
		copyFile(t, from, to, info.Mode())
		return
	}
	if err := os.MkdirAll(to, 0o755); err != nil { //nolint:gosec // as a builder makes it
		t.Fatal(err)
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		copyTree(t, filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name()), unwanted)
	}
}

func copyFile(t testing.TB, from, to string, mode os.FileMode) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, content, mode)
	}
	if err == nil {
		err = os.Chmod(to, mode) // whatever the umask is
	}
	if err != nil {
		t.Fatal(err)
	}
}

// run builds the image's files, on this machine's Node and Go, and gives the folder
// that stands for /out.
func (r recipe) run(t testing.TB, version string) (out string) {
	t.Helper()
	from := buildContext(t)
	ui := r.ui.run(t, version, from, "")
	return filepath.Join(r.build.run(t, version, from, ui), "out")
}

// run does what a stage says below a folder that stands for its root, and gives that
// folder. It copies from the build's context, and from the root of the stage ui.
func (s stage) run(t testing.TB, version, context, ui string) (root string) {
	t.Helper()
	root = t.TempDir()
	dir := root
	for _, i := range s {
		switch i.name {
		case "WORKDIR":
			dir = filepath.Join(root, i.args)
			if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // as a builder makes it
				t.Fatal(err)
			}
		case "COPY":
			from := context
			args, fromUI := strings.CutPrefix(i.args, "--from=ui ")
			if fromUI {
				from = ui
			}
			copyInto(t, from, dir, strings.Fields(args))
		case "RUN":
			args := regexp.MustCompile(`--mount=\S+`).ReplaceAllString(i.args, "")
			cmd := command(t, "sh", "-euc", strings.ReplaceAll(args, "/out/", root+"/out/"))
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "VERSION="+version, "TARGETOS=linux", "TARGETARCH="+runtime.GOARCH)
			if code, stdout, errs := runCommand(t, cmd); code != 0 {
				t.Fatalf("RUN %s: exit code %d\n%s%s", args, code, stdout, errs)
			}
		}
	}
	return root
}

// copyInto does what COPY does with sources and a relative destination, its last word.
func copyInto(t testing.TB, from, dir string, words []string) {
	t.Helper()
	last := len(words) - 1
	to := words[last]
	if last < 1 || filepath.IsAbs(to) {
		t.Fatalf("this test can't read COPY %v", words)
	}
	for _, name := range words[:last] {
		file, target := filepath.Join(from, name), filepath.Join(dir, to)
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if !info.IsDir() && (strings.HasSuffix(to, "/") || last > 1) {
			target = filepath.Join(target, filepath.Base(name))
		}
		copyTree(t, file, target, nil)
	}
}

// files puts together what the image holds. out is what the build stage made of /out; the
// certificates are the ones that the test wants to be trusted.
func (s stage) files(t testing.TB, out, certificates string) (root string) {
	t.Helper()
	root = t.TempDir()
	for _, args := range s.all("COPY") {
		uid, gid := 0, 0
		fields := strings.Fields(args)
		if owner, found := strings.CutPrefix(fields[1], "--chown="); found {
			if owner != s.only(t, "USER") {
				t.Fatalf("COPY %s: another owner than USER", args)
			}
			uid, gid = s.user(t)
			fields = slices.Delete(fields, 1, 2)
		}
		if len(fields) != 3 || fields[0] != "--from=build" {
			t.Fatalf("this test can't read COPY %s", args)
		}
		from, to := fields[1], filepath.Join(root, fields[2])
		if from == "/etc/ssl/certs/ca-certificates.crt" {
			from = certificates
		} else if rest, found := strings.CutPrefix(from, "/out/"); found {
			from = filepath.Join(out, rest)
		} else {
			t.Fatalf("COPY %s: this test doesn't know that file", args)
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { //nolint:gosec // as a builder makes it
			t.Fatal(err)
		}
		copyTree(t, from, to, nil)
		if err := os.Chown(to, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// bind mounts a folder at another place, or makes what is there read-only.
func bind(t testing.TB, from, to string, readOnly bool) {
	t.Helper()
	err := syscall.Mount(from, to, "", syscall.MS_BIND, "")
	if err == nil && readOnly {
		err = syscall.Mount("", to, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
	}
	if err != nil {
		t.Fatalf("mount %s: %v", to, err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(to, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", to, err)
		}
	})
}
