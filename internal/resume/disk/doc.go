// Package disk keeps resumes as files in one flat folder.
//
// A kept resume is a file named by its key, with mode 0600. One that is still
// being received is named by 32 random hex digits and ".tmp"; the first half of
// them is that of the process, so that what a dead one has left can be told. Nothing else is
// read, listed or removed.
//
// Keeping is the classic order, and no step may be left out:
//
//	fsync(file)   the bytes are on the disk
//	close
//	rename        the name is there, or it isn't; never half a file under it
//	fsync(folder) the name is on the disk: SyncNames, for many at once
//
// A failed fsync means that nobody knows what is on the disk, and that asking
// again gives a false yes. It closes the process's [fault.Latch], and with it
// every Create and Keep, until the operator restarts. A full or read-only disk
// is not that: the request fails, and the next may succeed.
//
// All file-system calls go through [FS], rooted in the folder by os.Root, so that
// no name can lead out of it and tests can let any call fail (package faultfs).
package disk
