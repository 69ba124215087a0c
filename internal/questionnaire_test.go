package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	namedTest = regexp.MustCompile("`(Test\\w+)`")
	testFunc  = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	namedFile = regexp.MustCompile("`((?:internal|e2e|ui|\\.ci)/[\\w./-]+)`")
	pageLink  = regexp.MustCompile(`\]\(([^)#]+)(?:#[\w-]*)?\)`)
)

// What the answers to a client's questionnaire point to is there: every test, file and page.
func TestQuestionnaire(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs", "questionnaire.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests := testsIn(t, ".", filepath.Join(root, "e2e"))
	for _, named := range namedTest.FindAllStringSubmatch(string(text), -1) {
		if !tests[named[1]] {
			t.Errorf("there is no %s", named[1])
		}
	}
	for _, named := range namedFile.FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join(root, named[1])); err != nil {
			t.Error(err)
		}
	}
	for _, named := range pageLink.FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join(root, "docs", named[1])); err != nil {
			t.Error(err)
		}
	}
}

// testsIn are the names of the tests below some folders.
func testsIn(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			code, err := os.ReadFile(path) //nolint:gosec // our own tree
			for _, name := range testFunc.FindAllStringSubmatch(string(code), -1) {
				found[name[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
