package httpapi

import (
	"testing"
)

// A table is a file for spreadsheets, and nothing in it is a formula.
func TestTableFile(t *testing.T) {
	t.Parallel()
	file, err := table{columns: []string{"language", "received"}, rows: [][]string{{"=1+1", "-"}, {`a "b", c`, "2"}}}.file()
	if err != nil {
		t.Fatal(err)
	}
	if want := "\ufefflanguage,received\r\n'=1+1,'-\r\n\"a \"\"b\"\", c\",2\r\n"; string(file) != want {
		t.Errorf("%q, want %q", file, want)
	}
}
