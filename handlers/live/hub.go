// Package live tells open pages that something they show has changed: which topic, never what. The pages ask for the rest
// themselves, with the rights they have then.
package live

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

const (
	lookEvery  = 15 * time.Second       // at who may still listen, also when nothing happens
	lookApart  = 500 * time.Millisecond // between two looks at the changes, however many there are
	lookWithin = 5 * time.Second        // for Postgres to answer
	anewAfter  = 5 * time.Minute        // listening begins anew

)

// How many pages one instance holds a connection to, in all and of one person: beyond, they ask now and then.
const (
	Most     = 1000
	MostEach = 10
)

// ErrFull says that no more connections are taken: the page is to ask now and then.
var ErrFull = errors.New("no more open pages are followed")

// Everything is the topic of whom nothing can be told one by one.
const Everything = "*"

// Hub reads the line of changes once for this instance and tells the pages that are connected to it.
type Hub struct {
	db  *models.DB
	log *slog.Logger

	looking sync.Mutex // held while changes are read and told, and while a page joins: so it misses none in between

	mu      sync.Mutex
	mark    models.LiveMark
	pages   map[*Page]struct{}
	each    map[uuid.UUID]int
	closing bool

	told, refused atomic.Int64

	wake chan struct{}
	stop context.CancelFunc
	wg   sync.WaitGroup
}

// Stats are the hub's figures.
type Stats struct {
	Pages         int   // connected now
	Told, Refused int64 // messages that were handed to pages, and connections that were one too many, since the start
}

// Start follows the changes from now on. With Postgres away it does so when it is back.
func Start(ctx context.Context, db *models.DB, log *slog.Logger) *Hub {
	h := &Hub{
		db: db, log: log, pages: map[*Page]struct{}{}, each: map[uuid.UUID]int{}, wake: make(chan struct{}, 1),
	}
	if err := h.look(ctx); err != nil {
		log.Warn("open pages cannot be told of changes yet", "error", err.Error())
	}
	running, stop := context.WithCancel(context.Background())
	h.stop = stop
	h.wg.Go(func() {
		db.Listen(running, models.Listening{
			Channel: models.LiveChannel, Anew: anewAfter, Began: func(context.Context) error { h.rouse(); return nil },
			Heard: func(context.Context, string) error { h.rouse(); return nil },
			Lost:  func(err error) { log.Warn("open pages are not told of changes", "error", err.Error()) },
		})
	})
	h.wg.Go(func() { h.run(running) })
	return h
}

// Drain ends every connection and takes no more, so that the server can stop.
func (h *Hub) Drain() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closing = true
	for p := range h.pages {
		h.drop(p)
	}
}

// Close ends every connection and follows nothing more.
func (h *Hub) Close(context.Context) error {
	h.Drain()
	h.stop()
	h.wg.Wait()
	return nil
}

// Stats are the figures of now.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Stats{Pages: len(h.pages), Told: h.told.Load(), Refused: h.refused.Load()}
}

// Mark is where the line of changes was at the last look: a page that is made now shows everything before it.
func (h *Hub) Mark() models.LiveMark {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.mark
}

func (h *Hub) rouse() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

func (h *Hub) run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
		case <-tick.C:
		}
		if err := h.look(ctx); err != nil && ctx.Err() == nil {
			h.log.Warn("changes were not read, open pages are told later", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(lookApart):
		}
	}
}

// look reads what has changed since the last one, asks what everybody who is connected may know now, and tells them.
func (h *Hub) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	h.looking.Lock()
	defer h.looking.Unlock()
	pages, people, sessions := h.connected()
	since := h.Mark()
	if len(pages) == 0 {
		since = models.LiveMark{} // only to know where the line is now
	}
	changes, mark, err := h.db.LiveChanges(ctx, since, people)
	if err != nil {
		return err
	}
	var readers map[uuid.UUID]models.LiveReader
	var alive map[string]bool
	if len(pages) > 0 {
		if readers, err = h.db.LiveReaders(ctx, people); err != nil {
			return err
		}
		if alive, err = h.db.LiveSessions(ctx, sessions); err != nil {
			return err
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mark = mark
	for _, p := range pages {
		r, there := readers[p.who.User]
		if !there || !alive[p.who.Session] || r.Epoch != p.who.Epoch || r.Role != p.who.Role {
			h.drop(p)
			continue
		}
		var topics []string
		for _, c := range changes {
			topics = append(topics, r.Topics(c)...)
		}
		p.tell(topics, mark) // at once: a page that has the mark has been told all that was before it
	}
	return nil
}

// connected are the open pages, and whose they are.
func (h *Hub) connected() (pages []*Page, people []uuid.UUID, sessions []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	people, sessions = make([]uuid.UUID, 0, len(h.each)), make([]string, 0, len(h.pages))
	for id := range h.each {
		people = append(people, id)
	}
	for p := range h.pages {
		pages, sessions = append(pages, p), append(sessions, p.who.Session)
	}
	return pages, people, sessions
}

// drop ends a page's connection; h.mu is held.
func (h *Hub) drop(p *Page) {
	if _, there := h.pages[p]; !there {
		return
	}
	delete(h.pages, p)
	if h.each[p.who.User]--; h.each[p.who.User] == 0 {
		delete(h.each, p.who.User)
	}
	close(p.ended)
}
