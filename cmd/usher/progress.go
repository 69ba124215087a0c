package main

import "github.com/schollz/progressbar/v3"

// progress gives a bar on a terminal, and elsewhere nothing. The bar counts what it
// is named for: "bytes" as KB, MB and so on.
func (c *call) progress(what string) func(done, of int64) {
	if !isTerminal(c.stderr) {
		return func(int64, int64) {}
	}
	bar := progressbar.NewOptions64(-1, progressbar.OptionSetWriter(c.stderr), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionShowBytes(what == "bytes"), progressbar.OptionClearOnFinish())
	return func(done, of int64) {
		bar.ChangeMax64(of)
		_ = bar.Set64(done)
	}
}
