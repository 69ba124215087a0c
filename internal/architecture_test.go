// Package internal_test holds the program to docs/architecture.md.
package internal_test

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = ".."
	module = "usher"
)

// allowance is a row of the table: what one package may import.
type allowance struct {
	everything bool
	tests      bool // it is imported by tests only, and is exempt as they are
	names      []string
}

func (a allowance) allows(name string) bool { return a.everything || slices.Contains(a.names, name) }

var (
	row  = regexp.MustCompile("^\\| `([a-z/0-9]+)` \\| (.+) \\|$")
	name = regexp.MustCompile("`([a-z/0-9]+)`")
)

// readTable finds the import table in docs/architecture.md.
func readTable(t *testing.T) map[string]allowance {
	t.Helper()
	f, err := os.Open(filepath.Join(root, "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	table := map[string]allowance{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		cells := row.FindStringSubmatch(lines.Text())
		if cells == nil {
			continue
		}
		a := allowance{everything: strings.HasSuffix(cells[2], "everything"), tests: strings.HasPrefix(cells[2], "for tests")}
		for _, m := range name.FindAllStringSubmatch(cells[2], -1) {
			a.names = append(a.names, m[1])
		}
		table[cells[1]] = a
	}
	if len(table) < 10 {
		t.Fatalf("docs/architecture.md has a table of %d packages; is it still there?", len(table))
	}
	return table
}

// source is one parsed file that is not a test.
type source struct {
	pkg  string // as the table names it: below internal/, or cmd/…
	path string
	file *ast.File
}

// readSources parses every Go file of this module but tests, whatever its
// build constraints: an edge that exists on one system only is an edge too.
func readSources(t *testing.T, fset *token.FileSet) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipFolder(file, d)
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		rel = filepath.ToSlash(rel)
		all = append(all, source{strings.TrimPrefix(path.Dir(rel), "internal/"), rel, parsed})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// skipFolder passes over what the go tool passes over, and other modules.
func skipFolder(dir string, d fs.DirEntry) error {
	if dir == root {
		return nil
	}
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	if err == nil || strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") ||
		d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == "vendor" {
		return filepath.SkipDir
	}
	return nil
}

func TestArchitecture(t *testing.T) {
	t.Parallel()
	table := readTable(t)
	fset := token.NewFileSet()
	for _, s := range readSources(t, fset) {
		allowed, known := table[s.pkg]
		if !known {
			t.Errorf("%s: the package %s is not in the table of docs/architecture.md", s.path, s.pkg)
			continue
		}
		for _, imported := range ours(s.file) {
			switch {
			case !allowed.allows(imported):
				t.Errorf("%s: %s imports %s, and docs/architecture.md doesn't allow it", s.path, s.pkg, imported)
			case table[imported].tests && !allowed.tests:
				t.Errorf("%s: %s imports %s, which is for tests", s.path, s.pkg, imported)
			}
		}
		if s.pkg == "app" || strings.HasPrefix(s.pkg, "cmd/") || allowed.tests {
			continue
		}
		for _, problem := range ambient(fset, s.file) {
			t.Error(problem)
		}
	}
}

// ours lists the imports from this module, as the table names them.
func ours(file *ast.File) []string {
	var out []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if rel, found := strings.CutPrefix(imported, module+"/"); err == nil && found {
			out = append(out, strings.TrimPrefix(rel, "internal/"))
		}
	}
	return out
}

// ambient finds what a function should be given and takes from the air: the
// clock, and init, which runs before anybody could give anything.
func ambient(fset *token.FileSet, file *ast.File) []string {
	clock := importedAs(file, "time")
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if ok && clock != "" && x.Name == clock && slices.Contains([]string{"Now", "Since", "Until"}, n.Sel.Name) {
				out = append(out, fmt.Sprintf("%s: time.%s; the clock is injected, only app and cmd read it", fset.Position(n.Pos()), n.Sel.Name))
			}
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				out = append(out, fmt.Sprintf("%s: init; let app or cmd call it", fset.Position(n.Pos())))
			}
		}
		return true
	})
	return out
}

// importedAs is the name that a file gives to a package, or "".
func importedAs(file *ast.File, pkg string) string {
	for _, spec := range file.Imports {
		if spec.Path.Value != strconv.Quote(pkg) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(pkg)
	}
	return ""
}

// TestAmbient shows that the finder finds.
func TestAmbient(t *testing.T) {
	t.Parallel()
	const text = "package p\nimport clock \"time\"\nfunc init() {}\nvar now = clock.Now\nfunc f(t clock.Time) bool { return clock.Since(t) > 0 }\n"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := ambient(fset, file); len(got) != 3 {
		t.Errorf("want init, Now and Since, got %q", got)
	}
}
