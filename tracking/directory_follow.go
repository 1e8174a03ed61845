package tracking

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// syncWait is the longest wait for one's own change.
const syncWait = 3 * time.Second

// refresh reads everything anew and takes it into use at once.
func (d *Directory) refresh(ctx context.Context) error {
	house, err := d.db.Organisation(ctx)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	jobs, err := d.db.ListedJobs(ctx)
	if err != nil {
		return err
	}
	fresh := &Directory{}
	fresh.clear()
	if err := d.db.ListedLinks(ctx, nil, nil, fresh.putLink); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clear()
	d.links, d.codes, d.house = fresh.links, fresh.codes, house
	for _, j := range jobs {
		d.putJob(j)
	}
	d.changed, d.complete = true, true
	return nil
}

// follow hears of changes until ctx ends. After a lost connection everything is read anew: what was missed is not known.
func (d *Directory) follow(ctx context.Context) {
	d.db.Listen(ctx, models.Listening{
		Channel: models.ChangesChannel, Anew: d.refreshEvery, Began: d.began,
		Heard: func(ctx context.Context, told string) error {
			kind, id, _ := strings.Cut(told, " ")
			return d.apply(ctx, kind, id)
		},
		Lost: func(err error) {
			d.log.Warn("changes are not heard, pages are shown as they were", "error", err.Error())
		},
	})
}

// began reads everything, once changes are heard.
func (d *Directory) began(ctx context.Context) error {
	waiting := d.takePings() // theirs may have been told while nobody listened; what they wait for is read now
	if err := d.refresh(ctx); err != nil {
		return err
	}
	for _, heard := range waiting {
		close(heard)
	}
	return nil
}

// takePings are those who wait at this moment, who wait for no notification any more.
func (d *Directory) takePings() map[string]chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	waiting := d.pings
	d.pings = map[string]chan struct{}{}
	return waiting
}

// apply reads what a notification is about.
func (d *Directory) apply(ctx context.Context, kind, raw string) error {
	if kind == "ping" {
		d.mu.Lock()
		defer d.mu.Unlock()
		if waiting, ok := d.pings[raw]; ok {
			close(waiting)
			delete(d.pings, raw)
		}
		return nil
	}
	id, err := uuid.Parse(raw)
	switch {
	case kind == "house":
		return d.reloadHouse(ctx)
	case err != nil:
		return nil // not ours to understand: a newer Kollega shares the database
	case kind == "job":
		return d.reloadJob(ctx, id)
	case kind == "clip":
		job, err := d.db.ClipJob(ctx, id)
		if errors.Is(err, models.ErrNotFound) {
			return nil // deleted; its own row's change tells the job
		} else if err != nil {
			return err
		}
		return d.reloadJob(ctx, job)
	case kind == "link":
		return d.reloadLinks(ctx, &id, nil)
	case kind == "user":
		return d.reloadPerson(ctx, id)
	}
	return nil
}

func (d *Directory) reloadHouse(ctx context.Context) error {
	house, err := d.db.Organisation(ctx)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.house, d.changed = house, true
	return nil
}

func (d *Directory) reloadJob(ctx context.Context, id uuid.UUID) error {
	jobs, err := d.db.ListedJobs(ctx, id)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changed = true
	if old, ok := d.jobs[id]; ok {
		delete(d.slugs, old.landing.Job.Slug)
		delete(d.jobs, id)
	}
	for _, j := range jobs {
		d.putJob(j)
	}
	return nil
}

func (d *Directory) reloadLinks(ctx context.Context, id, userID *uuid.UUID) error {
	var found []models.ListedLink
	if err := d.db.ListedLinks(ctx, id, userID, func(l models.ListedLink) { found = append(found, l) }); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changed = true
	if id != nil {
		delete(d.links, d.codes[*id])
		delete(d.codes, *id)
	}
	for _, l := range found {
		d.putLink(l)
	}
	return nil
}

// reloadPerson reads anew what may name a person: their links, and the jobs whose clips they made.
func (d *Directory) reloadPerson(ctx context.Context, id uuid.UUID) error {
	if err := d.reloadLinks(ctx, nil, &id); err != nil {
		return err
	}
	jobs, err := d.db.CreditedJobs(ctx, id)
	if err != nil {
		return err
	}
	for _, job := range jobs {
		if err := d.reloadJob(ctx, job); err != nil {
			return err
		}
	}
	return nil
}

// Sync waits until every change that was committed before it is in the directory, so that who made a change sees it. It
// gives up silently after three seconds: the change comes all the same.
func (d *Directory) Sync(ctx context.Context) {
	name := rand.Text()
	heard := make(chan struct{})
	d.mu.Lock()
	d.pings[name] = heard
	d.mu.Unlock()
	limited, cancel := context.WithTimeout(ctx, syncWait)
	defer cancel()
	_, err := d.db.Pool().Exec(limited, "select pg_notify($1, $2)", models.ChangesChannel, "ping "+name)
	if err == nil {
		select {
		case <-heard:
			return
		case <-limited.Done():
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.pings, name)
}
