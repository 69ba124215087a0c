package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"usher/internal/auth"
	"usher/internal/kept"
	"usher/internal/resume"
	"usher/internal/resume/disk"
)

// openKept opens the folder of the files of forms that are not sent yet. Who works
// beside a server has no use for it, and makes none.
func (a *App) openKept(own bool) error {
	if !own {
		return nil
	}
	folder, err := disk.OpenFolder(a.dir.file(keptFolder))
	if err != nil {
		return fmt.Errorf("open the kept files: %w", err)
	}
	a.keptFolder = folder
	a.keptDisk = disk.New(a.env.FS(folder), a.latch)
	return nil
}

// newKept makes the service once the secret key is known.
func (a *App) newKept() *kept.Service {
	return &kept.Service{
		Store: a.store, Shelf: resume.NewShelf(a.keptDisk, a.cfg.MaxResumeBytes, newID), Into: a.shelf, Free: a.dir.Free,
		Digest: digestOf(auth.DeriveKey(a.secret, auth.ForNetwork)), Now: a.env.Now, NewToken: newToken,
	}
}

// digestOf gives keyed digests of texts, as base64url.
func digestOf(key []byte) func(text string) string {
	return func(text string) string {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(text))
		return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
	}
}

// sweepKept removes the kept files whose time is over.
func (a *App) sweepKept(ctx context.Context) {
	removed, err := a.kept.Sweep(ctx)
	a.logFailure("sweep the kept files", err)
	if removed > 0 {
		a.env.Log.Info("kept files of forms that were not sent were removed", "count", removed)
	}
}
