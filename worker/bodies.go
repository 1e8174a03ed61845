package worker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// maxBodies is how much of the disk bodies of share cuts may take, in bytes: some hundred of the usual size.
const maxBodies = 1 << 30

// bodies keeps those bodies on this machine's disk that were used last: to fetch one takes longer than to join an end card.
type bodies struct {
	Deps
	dir string
	mu  sync.Mutex
}

func newBodies(d Deps) *bodies { return &bodies{Deps: d, dir: filepath.Join(d.Dir, "bodies")} }

// into puts the body under that key at path, by a link where the disk can, so that it stays when the store lets go of it.
func (b *bodies) into(ctx context.Context, key, path string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return fmt.Errorf("bodies: %w", err)
	}
	kept := filepath.Join(b.dir, key)
	if _, err := os.Stat(kept); err != nil {
		if err := b.Store.Fetch(ctx, key, kept); err != nil {
			return err
		}
		if err := b.shrink(kept); err != nil {
			return err
		}
	}
	now := time.Now()
	_ = os.Chtimes(kept, now, now) // used now; if that cannot be noted, it goes a little earlier
	if err := os.Link(kept, path); err == nil {
		return nil
	}
	return copyFile(kept, path)
}

// shrink removes what was used longest ago until the rest fits, but never keep.
func (b *bodies) shrink(keep string) error {
	files, err := b.files()
	if err != nil {
		return err
	}
	slices.SortFunc(files, func(a, c fs.FileInfo) int { return c.ModTime().Compare(a.ModTime()) })
	var total int64
	var errs []error
	for _, f := range files {
		total += f.Size()
		if path := filepath.Join(b.dir, f.Name()); total > maxBodies && path != keep {
			errs = append(errs, os.Remove(path))
		}
	}
	return errors.Join(errs...)
}

// forget removes the bodies that no clip needs any more.
func (b *bodies) forget(ctx context.Context) error {
	files, err := b.files()
	if err != nil || len(files) == 0 {
		return err
	}
	known, err := b.DB.ClipObjects(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range files {
		if !known[f.Name()] && b.DB.Now().Sub(f.ModTime()) > time.Minute { // a younger one may be on its way
			errs = append(errs, os.Remove(filepath.Join(b.dir, f.Name())))
		}
	}
	return errors.Join(errs...)
}

func (b *bodies) files() ([]fs.FileInfo, error) {
	entries, err := os.ReadDir(b.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("bodies: %w", err)
	}
	var files []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			files = append(files, info)
		}
	}
	return files, nil
}

func copyFile(from, to string) error {
	r, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	defer r.Close()
	w, err := os.Create(to)
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	_, err = w.ReadFrom(r)
	return errors.Join(err, w.Close())
}
