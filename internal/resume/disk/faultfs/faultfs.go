// Package faultfs lets the file-system calls of a disk.Store fail. It is for
// tests only: here, and for those that run the whole intake.
//
// The usual loop lets each call fail once, as SQLite's tests do:
//
//	for n := 1; ; n++ {
//		faults := faultfs.Nth(n, syscall.EIO)
//		store := disk.New(faultfs.Wrap(folder, faults), new(fault.Latch))
//		... run the intake, look at what is left ...
//		if !faults.Fired() {
//			break // every call has had its turn, and this run went through
//		}
//	}
package faultfs

import (
	"io/fs"
	"os"
	"sync"

	"usher/internal/resume/disk"
)

// Op is a call that can fail.
type Op string

// The calls of disk.FS and disk.File.
const (
	Create  Op = "create" // OpenFile with O_CREATE
	Open    Op = "open"
	Lstat   Op = "lstat"
	Rename  Op = "rename"
	Remove  Op = "remove"
	SyncDir Op = "syncdir"
	Each    Op = "each"
	Read    Op = "read"
	ReadAt  Op = "readat"
	Write   Op = "write"
	Seek    Op = "seek"
	Sync    Op = "sync"
	Close   Op = "close"
)

// Faults decides which calls fail, and counts them. It is safe for concurrent
// use.
type Faults struct {
	mu    sync.Mutex
	rule  func(number int, op Op) error
	calls []Op
	fired bool
}

// New makes Faults from a rule: a call fails with the error that rule returns
// for it. number counts all calls from 1. Calls of rule don't overlap.
func New(rule func(number int, op Op) error) *Faults { return &Faults{rule: rule} }

// Nth lets the nth call fail with err, and no other.
func Nth(n int, err error) *Faults {
	return New(func(number int, _ Op) error {
		if number == n {
			return err
		}
		return nil
	})
}

// On lets every call of op fail with err.
func On(op Op, err error) *Faults {
	return New(func(_ int, called Op) error {
		if called == op {
			return err
		}
		return nil
	})
}

// Fired tells whether any call has failed.
func (f *Faults) Fired() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fired
}

// Calls lists the calls so far, in order.
func (f *Faults) Calls() []Op {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Op(nil), f.calls...)
}

func (f *Faults) next(op Op) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, op)
	err := f.rule(len(f.calls), op)
	f.fired = f.fired || err != nil
	return err
}

// Wrap puts faults before every call of inner. A failing call does nothing, with
// two exceptions that are as real disks do it: a failing Write has written half,
// and a failing Close has closed.
func Wrap(inner disk.FS, faults *Faults) disk.FS { return faultyFS{inner, faults} }

type faultyFS struct {
	inner  disk.FS
	faults *Faults
}

func (f faultyFS) OpenFile(name string, flag int, perm fs.FileMode) (disk.File, error) {
	op := Open
	if flag&os.O_CREATE != 0 {
		op = Create
	}
	if err := f.faults.next(op); err != nil {
		return nil, err
	}
	inner, err := f.inner.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return faultyFile{inner, f.faults}, nil
}

func (f faultyFS) Lstat(name string) (fs.FileInfo, error) {
	if err := f.faults.next(Lstat); err != nil {
		return nil, err
	}
	return f.inner.Lstat(name)
}

func (f faultyFS) Rename(from, to string) error {
	if err := f.faults.next(Rename); err != nil {
		return err
	}
	return f.inner.Rename(from, to)
}

func (f faultyFS) Remove(name string) error {
	if err := f.faults.next(Remove); err != nil {
		return err
	}
	return f.inner.Remove(name)
}

func (f faultyFS) Sync() error {
	if err := f.faults.next(SyncDir); err != nil {
		return err
	}
	return f.inner.Sync()
}

func (f faultyFS) Each(visit func(fs.FileInfo) error) error {
	if err := f.faults.next(Each); err != nil {
		return err
	}
	return f.inner.Each(visit)
}
