package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// appends is the physical floor of a commit: 4 KiB more in a file, and fdatasync.
func appends(dir string, length time.Duration) (result, error) {
	f, err := os.CreateTemp(dir, "appends")
	if err != nil {
		return result{}, err
	}
	defer func() { _ = errors.Join(f.Close(), os.Remove(f.Name())) }()
	page := make([]byte, 4096)
	return repeat(1, length, func(int, int) error {
		if _, err := f.Write(page); err != nil {
			return err
		}
		return unix.Fdatasync(int(f.Fd()))
	})
}

// files is the physical floor of a resume: write, fsync, rename, and fsync of the
// folder, by so many at once, each for itself.
func files(dir string, size, clients int, length time.Duration) (result, error) {
	folder, err := os.MkdirTemp(dir, "files")
	if err != nil {
		return result{}, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	self, err := os.Open(folder)
	if err != nil {
		return result{}, err
	}
	defer func() { _ = self.Close() }()
	content := make([]byte, size)
	return repeat(clients, length, func(client, n int) error {
		name := filepath.Join(folder, fmt.Sprintf("%d-%d", client, n))
		f, err := os.OpenFile(name+".tmp", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		_, err = f.Write(content)
		if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
			return err
		}
		if err := os.Rename(name+".tmp", name); err != nil {
			return err
		}
		return self.Sync()
	})
}

// repeat does something again and again, by so many at once.
func repeat(clients int, length time.Duration, do func(client, n int) error) (result, error) {
	var all latencies
	var wg sync.WaitGroup
	began := time.Now()
	for id := range clients {
		wg.Go(func() {
			var took []time.Duration
			var err error
			for n := 0; err == nil && time.Since(began) < length; n++ {
				at := time.Now()
				err = do(id, n)
				took = append(took, time.Since(at))
			}
			all.merge(took, 0, err)
		})
	}
	wg.Wait()
	return all.result(time.Since(began)), all.first
}
