package tracking

import (
	"context"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"kollega/models"
)

const snapshotName = "directory.snapshot"

// snapshotEvery is how soon a change is in the snapshot.
const snapshotEvery = 10 * time.Second

// snapshot is the directory on disk.
type snapshot struct {
	House models.Organisation
	Jobs  []models.Landing
	Links []models.ListedLink
}

// HasSnapshot tells whether a start while Postgres is away has something to begin with in the data folder.
func HasSnapshot(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, snapshotName))
	return err == nil && info.Mode().IsRegular()
}

// keep writes the snapshot at once, then while things change.
func (d *Directory) keep(ctx context.Context) {
	d.saveOrSay()
	tick := time.NewTicker(snapshotEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			d.saveOrSay()
		}
	}
}

func (d *Directory) saveOrSay() {
	if err := d.save(); err != nil {
		d.log.Error("the pages' snapshot is not written; a start with Postgres away would show older ones", "error", err.Error())
	}
}

// save writes the snapshot, all or nothing, when something has changed.
func (d *Directory) save() (err error) {
	s, ok := d.take()
	if !ok {
		return nil
	}
	defer func() {
		if err != nil {
			d.mu.Lock()
			d.changed = true
			d.mu.Unlock()
		}
	}()
	f, err := os.CreateTemp(filepath.Dir(d.path), "directory-*.tmp")
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := gob.NewEncoder(f).Encode(s); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if err := os.Rename(f.Name(), d.path); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return nil
}

// take is what is to be written, false when nothing has changed.
func (d *Directory) take() (s snapshot, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.changed || !d.complete {
		return s, false
	}
	d.changed = false
	s.House = d.house
	for _, door := range d.jobs {
		s.Jobs = append(s.Jobs, door.landing)
	}
	s.Links = make([]models.ListedLink, 0, len(d.links))
	for code, l := range d.links {
		s.Links = append(s.Links, models.ListedLink{ID: l.id, UserID: l.user, JobID: l.job, Code: code, Channel: l.channel, By: l.by, Off: l.off})
	}
	return s, true
}

// load begins with the snapshot of the last run.
func (d *Directory) load() error {
	f, err := os.Open(d.path)
	if err != nil {
		return err
	}
	defer f.Close()
	var s snapshot
	if err := gob.NewDecoder(f).Decode(&s); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.house = s.House
	for _, j := range s.Jobs {
		d.putJob(j)
	}
	for _, l := range s.Links {
		d.putLink(l)
	}
	return nil
}
