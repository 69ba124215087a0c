package faultfs

import "usher/internal/resume/disk"

type faultyFile struct {
	inner  disk.File
	faults *Faults
}

func (f faultyFile) Read(b []byte) (int, error) {
	if err := f.faults.next(Read); err != nil {
		return 0, err
	}
	return f.inner.Read(b)
}

func (f faultyFile) ReadAt(b []byte, off int64) (int, error) {
	if err := f.faults.next(ReadAt); err != nil {
		return 0, err
	}
	return f.inner.ReadAt(b, off)
}

func (f faultyFile) Write(b []byte) (int, error) {
	if err := f.faults.next(Write); err != nil {
		n, _ := f.inner.Write(b[:len(b)/2])
		return n, err
	}
	return f.inner.Write(b)
}

func (f faultyFile) Seek(offset int64, whence int) (int64, error) {
	if err := f.faults.next(Seek); err != nil {
		return 0, err
	}
	return f.inner.Seek(offset, whence)
}

func (f faultyFile) Sync() error {
	if err := f.faults.next(Sync); err != nil {
		return err
	}
	return f.inner.Sync()
}

func (f faultyFile) Close() error {
	if err := f.faults.next(Close); err != nil {
		_ = f.inner.Close()
		return err
	}
	return f.inner.Close()
}
