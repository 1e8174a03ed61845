package tracking

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// refreshEvery is the safety net under the notifications: everything is read anew that often.
const refreshEvery = 5 * time.Minute

// Directory holds every share link and every public job in memory, so that a landing page costs no query, whether its code
// is known or not, and goes on while Postgres is away. Changes reach it by LISTEN/NOTIFY. It is safe for concurrent use.
type Directory struct {
	db   *models.DB
	log  *slog.Logger
	path string // of the snapshot that a start without Postgres begins with

	refreshEvery time.Duration

	mu    sync.RWMutex
	links map[string]listed        // by code
	codes map[uuid.UUID]string     // of links, by id
	jobs  map[uuid.UUID]*openDoor  // all but drafts
	slugs map[string]uuid.UUID     // of jobs
	house models.Organisation      // empty before the set-up
	pings map[string]chan struct{} // who waits for which ping

	version  atomic.Uint64 // of the newest job's page
	changed  bool          // since the snapshot was written
	complete bool          // read from Postgres once, not only from the snapshot

	stop context.CancelFunc
	wg   sync.WaitGroup
}

// listed is a link in little memory: there may be hundreds of thousands.
type listed struct {
	id, user, job uuid.UUID
	channel, by   string
	off           bool
}

// openDoor is a job's page.
type openDoor struct{ landing models.Landing }

// NewDirectory reads everything, or with Postgres away the snapshot of the last run, and follows the changes from then on.
func NewDirectory(ctx context.Context, dir string, db *models.DB, log *slog.Logger) (*Directory, error) {
	return newDirectory(ctx, dir, db, log, refreshEvery)
}

func newDirectory(ctx context.Context, dir string, db *models.DB, log *slog.Logger, every time.Duration) (*Directory, error) {
	d := &Directory{db: db, log: log, path: filepath.Join(dir, snapshotName), pings: map[string]chan struct{}{}, refreshEvery: every}
	d.clear()
	if err := d.refresh(ctx); err != nil {
		if !models.Unavailable(err) {
			return nil, err
		}
		log.Warn("Postgres is away: pages are shown as they were when this server last ran", "error", err.Error())
		if err := d.load(); err != nil {
			return nil, errors.Join(errors.New("no snapshot to begin with while Postgres is away"), err)
		}
	}
	running, stop := context.WithCancel(context.Background())
	d.stop = stop
	d.wg.Go(func() { d.follow(running) })
	d.wg.Go(func() { d.keep(running) })
	return d, nil
}

// Close follows no more and writes the snapshot.
func (d *Directory) Close(context.Context) error {
	d.stop()
	d.wg.Wait()
	return d.save()
}

// ByCode is the page behind a share link; models.ErrNotFound for codes that were never given.
func (d *Directory) ByCode(code string) (models.Landing, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	l, ok := d.links[code]
	if !ok {
		return models.Landing{}, models.ErrNotFound
	}
	door, ok := d.jobs[l.job]
	if !ok {
		return models.Landing{}, models.ErrNotFound
	}
	landing := door.landing
	if !l.off { // off: the job is shown, nobody recommends it and nobody is credited
		landing.By = l.by
		landing.Link = &models.Link{ID: l.id, Code: code, UserID: l.user, JobID: l.job, Channel: l.channel}
	}
	return landing, nil
}

// BySlug is the open door to a job; models.ErrNotFound where there is none.
func (d *Directory) BySlug(slug string) (models.Landing, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if door, ok := d.jobs[d.slugs[slug]]; ok {
		return door.landing, nil
	}
	return models.Landing{}, models.ErrNotFound
}

// Open are the doors to the jobs that take applications at that time, the latest published first.
func (d *Directory) Open(now time.Time) []models.Landing {
	d.mu.RLock()
	defer d.mu.RUnlock()
	var open []models.Landing
	for _, door := range d.jobs {
		if door.landing.Open(now) {
			open = append(open, door.landing)
		}
	}
	slices.SortFunc(open, func(a, b models.Landing) int {
		return cmp.Or(published(b).Compare(published(a)), slices.Compare(b.Job.ID[:], a.Job.ID[:]))
	})
	return open
}

// House is the organisation; its name is empty before the set-up.
func (d *Directory) House() models.Organisation {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.house
}

// Links is how many share links are known.
func (d *Directory) Links() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return len(d.links)
}

func published(l models.Landing) time.Time {
	if l.Job.PublishedAt == nil {
		return time.Time{}
	}
	return *l.Job.PublishedAt
}

func (d *Directory) clear() {
	d.links, d.codes = map[string]listed{}, map[uuid.UUID]string{}
	d.jobs, d.slugs = map[uuid.UUID]*openDoor{}, map[string]uuid.UUID{}
}

func (d *Directory) putLink(l models.ListedLink) {
	d.links[l.Code] = listed{id: l.ID, user: l.UserID, job: l.JobID, channel: channelName(l.Channel), by: l.By, off: l.Off}
	d.codes[l.ID] = l.Code
}

func (d *Directory) putJob(l models.Landing) {
	l.Version = d.version.Add(1)
	d.jobs[l.Job.ID], d.slugs[l.Job.Slug] = &openDoor{l}, l.Job.ID
}

// channelName is the shared string of a channel, so that a hundred thousand links do not hold a copy each.
func channelName(name string) string {
	if i := slices.Index(models.Channels, name); i >= 0 {
		return models.Channels[i]
	}
	return name
}
