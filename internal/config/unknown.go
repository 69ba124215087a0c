package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// unknown names what looks like a setting and is none, once for each level.
// Flags are held to it too: the command line is made from the same table.
func unknown(levels []level) []error {
	known := knownNames()
	var errs []error
	for _, l := range levels {
		for _, name := range slices.Sorted(maps.Keys(l.values)) {
			ours := strings.HasPrefix(name, prefix) && !strings.HasPrefix(name, testPrefix)
			if !ours || l.values[name] == "" || slices.Contains(known, name) {
				continue
			}
			errs = append(errs, fmt.Errorf("unknown setting %s; did you mean %s?", plain(name), nearest(name, known)))
		}
	}
	return errs
}

func knownNames() []string {
	var names []string
	for _, row := range table() {
		names = append(names, row.Name)
		if row.Secret {
			names = append(names, row.FileName())
		}
	}
	return names
}

// nearest gives the known name that takes the fewest edits to get from name.
// Between equals the one with the longer common beginning is meant.
func nearest(name string, known []string) string {
	best, bestEdits := "", 0
	for _, k := range known {
		edits := distance(name, k)
		closer := edits < bestEdits || (edits == bestEdits && common(name, k) > common(name, best))
		if best == "" || closer {
			best, bestEdits = k, edits
		}
	}
	return best
}

// distance counts insertions, deletions, substitutions and swaps of
// neighbours (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// plain gives a stranger's variable name as it is when it looks like one, and
// quoted otherwise, so that an error stays one line.
func plain(name string) string {
	for _, r := range name {
		if r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return strconv.Quote(name)
		}
	}
	return name
}
