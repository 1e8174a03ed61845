package tracking

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/models"
)

const (
	listenAgain = time.Second     // after a lost connection
	syncWait    = 3 * time.Second // longest wait for one's own change
)

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

// follow listens for changes until ctx ends. After a lost connection everything is read anew: what was missed is not known.
func (d *Directory) follow(ctx context.Context) {
	for ctx.Err() == nil {
		if err := d.listen(ctx); !errors.Is(err, errRefresh) && ctx.Err() == nil {
			d.log.Warn("changes are not heard, pages are shown as they were", "error", err.Error())
			select {
			case <-ctx.Done():
			case <-time.After(listenAgain):
			}
		}
	}
}

func (d *Directory) listen(ctx context.Context) error {
	conn, err := d.db.Pool().Acquire(ctx)
	if err != nil {
		return err
	}
	pg := conn.Hijack() // LISTEN stays with the connection, so it must not go back
	defer pg.Close(context.WithoutCancel(ctx))
	if _, err := pg.Exec(ctx, "listen "+models.ChangesChannel); err != nil {
		return err
	}
	waiting := d.takePings() // theirs may have been told while nobody listened; what they wait for is read now
	if err := d.refresh(ctx); err != nil {
		return err
	}
	for _, heard := range waiting {
		close(heard)
	}
	// However much is heard, everything is read anew in time.
	until, cancel := context.WithTimeout(ctx, d.refreshEvery)
	defer cancel()
	for {
		if err := d.hear(until, pg); err != nil {
			if ctx.Err() == nil && until.Err() != nil { // pgx closes the connection, listen begins anew
				return errRefresh
			}
			return err
		}
	}
}

// takePings are those who wait at this moment, who wait for no notification any more.
func (d *Directory) takePings() map[string]chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	waiting := d.pings
	d.pings = map[string]chan struct{}{}
	return waiting
}

// hear waits for one change.
func (d *Directory) hear(ctx context.Context, pg *pgx.Conn) error {
	n, err := pg.WaitForNotification(ctx)
	if err != nil {
		return err
	}
	kind, id, _ := strings.Cut(n.Payload, " ")
	return d.apply(ctx, kind, id)
}

// errRefresh ends a listening when everything is to be read anew.
var errRefresh = errors.New("time to read everything anew")

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
