package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"usher/internal/demo"
	"usher/internal/lead"
	"usher/internal/storetest/filled"
)

// keepCeiling gives the database of the ceiling with the leads that Usher's has,
// and makes it when it isn't there.
func keepCeiling(ctx context.Context, dir string, n int, progress func(done int)) (path string, err error) {
	path = filepath.Join(dir, fmt.Sprintf("ceiling-%d.db", n))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	making := path + ".making"
	defer func() {
		if err != nil {
			_ = os.Remove(making)
		}
	}()
	if err := errors.Join(os.RemoveAll(making), os.RemoveAll(making+"-wal"), os.RemoveAll(making+"-shm")); err != nil {
		return "", err
	}
	if err := fillCeiling(ctx, making, n, progress); err != nil {
		return "", err
	}
	return path, os.Rename(making, path)
}

func fillCeiling(ctx context.Context, path string, n int, progress func(done int)) (err error) {
	db, err := ceilingDB(path)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, ceilingSchema)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	s, err := openCeiling(ctx, path, func() error { return nil })
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	var batch []ceilingLead
	done := 0
	flush := func() error {
		done += len(batch)
		progress(done)
		err := s.update(func() error {
			for _, l := range batch {
				if err := s.insert(ctx, l); err != nil {
					return err
				}
			}
			return ctx.Err()
		}, false)
		batch = batch[:0]
		return err
	}
	for story, err := range filled.Firm(n).Stories(demo.Mention) {
		if err != nil {
			return err
		}
		if batch = append(batch, ceilingOf(story.Lead)); len(batch) == 5000 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func ceilingOf(l lead.Lead) ceilingLead {
	return ceilingLead{
		ID: l.ID, Reference: l.Reference, FirstName: l.FirstName, LastName: l.LastName, Email: l.EmailKey, Language: l.Language, State: string(l.State),
		CreatedAt: l.CreatedAt, Filename: l.Resume.Filename, ContentType: l.Resume.ContentType, Size: l.Resume.Size, SHA256: l.Resume.SHA256,
		Key: l.Resume.Key, Version: l.Version,
	}
}
