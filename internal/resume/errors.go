package resume

import (
	"context"
	"errors"
	"fmt"
	"time"

	"usher/internal/fault"
)

// Field is the name of the form field that every rejection is about.
const Field = "resume"

// The rejections. Their messages are read by prospects: what is wrong, then
// what to do, and nothing of what was sent.

func tooLarge(maxBytes int64) error {
	return fault.Field(fault.TooLarge, Field, "too_large",
		fmt.Sprintf("This file is larger than %s. Choose a smaller file.", humanBytes(maxBytes)))
}

func empty() error {
	return fault.Field(fault.Invalid, Field, "empty", "This file is empty. Choose the file that holds your resume.")
}

// unsupportedType takes the reason for the log, or nil.
func unsupportedType(reason error) error {
	f := fault.Field(fault.Unsupported, Field, "unsupported_type",
		"This kind of file isn't accepted. Choose a PDF, DOC, DOCX, ODT, RTF or TXT file, or a JPEG or PNG picture.")
	f.Cause = reason
	return f
}

func nameMismatch(k *kind) error {
	f := fault.Field(fault.Unsupported, Field, "name_mismatch",
		fmt.Sprintf("The name of this file doesn't fit what is inside it, which is %s. Give it a name that ends in .%s and choose it again.",
			k.label, k.extension()))
	f.Violations[0].Value = "." + k.extension()
	return f
}

func macros() error {
	return fault.Field(fault.Unsupported, Field, "macros",
		"This document holds macros, which are small programs. Save it as a PDF and choose that file.")
}

// unsafeArchive takes the reason for the log.
func unsafeArchive(reason error) error {
	f := fault.Field(fault.Unsupported, Field, "unsafe_archive",
		"This document is packed in a way that isn't accepted. Save it as a PDF and choose that file.")
	f.Cause = reason
	return f
}

// humanBytes names a limit the way file managers do, with one decimal at most.
func humanBytes(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1 << 30, "GB"}, {1 << 20, "MB"}, {1 << 10, "KB"}} {
		if n >= unit.size {
			tenths := n * 10 / unit.size
			if tenths%10 == 0 {
				return fmt.Sprintf("%d %s", tenths/10, unit.name)
			}
			return fmt.Sprintf("%d.%d %s", tenths/10, tenths%10, unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}

// unstorable is what a caller gets for an error of the storage while writing.
// What already is a fault, or the caller's own end, stays as it is.
func unstorable(err error) error {
	if err == nil || ready(err) {
		return err
	}
	return fault.Unstorable(err)
}

// unreadable is the same while reading: the bytes may well be whole.
func unreadable(err error) error {
	if ready(err) {
		return err
	}
	f := fault.Wrap(err, fault.Unavailable, "resume_unreadable", "This file can't be read right now. Try again in a moment.")
	f.RetryAfter = 5 * time.Second
	return f
}

func ready(err error) bool {
	_, isFault := errors.AsType[*fault.Error](err)
	return isFault || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func missing(key string, cause error) error {
	return fault.Wrap(fmt.Errorf("%w: key %q: %w", ErrMissing, key, cause), fault.Internal, "resume_missing",
		"This resume is missing from the server's storage.")
}

func damaged(key, how string) error {
	return fault.Wrap(fmt.Errorf("%w: key %q: %s", ErrDamaged, key, how), fault.Internal, "resume_damaged",
		"This resume was damaged in the server's storage, so it isn't shown.")
}
