package live

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/google/uuid"

	"kollega/models"
)

// Who is whose page it is, as they were when it was connected: when that is no longer so, the connection ends.
type Who struct {
	User    uuid.UUID
	Role    string
	Epoch   int
	Session string // the hash that the session is kept under
}

// Page is the connection to one open page. What it is to be told waits as a set of the topics it asked for, so it cannot grow.
type Page struct {
	hub    *Hub
	who    Who
	topics []string

	ready chan struct{}
	ended chan struct{}

	mu      sync.Mutex
	waiting []string
	mark    models.LiveMark
}

// Join connects a page that wants to know of topics, and has been told all that was before since; the zero mark asks for nothing
// that was before. ErrFull where there are too many.
func (h *Hub) Join(ctx context.Context, who Who, topics []string, since models.LiveMark) (*Page, error) {
	p := &Page{hub: h, who: who, topics: topics, ready: make(chan struct{}, 1), ended: make(chan struct{})}
	if err := h.add(p); err != nil {
		return nil, err
	}
	if since == (models.LiveMark{}) {
		p.tell(nil, h.Mark())
		return p, nil
	}
	missed, mark, err := h.Missed(ctx, who.User, since)
	if err != nil {
		p.Leave()
		return nil, err
	}
	p.tell(missed, mark)
	return p, nil
}

func (h *Hub) add(p *Page) error {
	h.looking.Lock()
	defer h.looking.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing || len(h.pages) >= Most || h.each[p.who.User] >= MostEach {
		h.refused.Add(1)
		return ErrFull
	}
	h.pages[p] = struct{}{}
	h.each[p.who.User]++
	return nil
}

// Missed are the topics of what has changed since a mark that the person may know of, and the mark to go on from; Everything where
// that is more than can be told.
func (h *Hub) Missed(ctx context.Context, user uuid.UUID, since models.LiveMark) ([]string, models.LiveMark, error) {
	readers, err := h.db.LiveReaders(ctx, []uuid.UUID{user})
	if err != nil {
		return nil, since, err
	}
	reader, there := readers[user]
	if !there {
		return nil, since, models.ErrNotFound
	}
	topics, mark, err := h.db.LiveSince(ctx, reader, since)
	if errors.Is(err, models.ErrLiveGap) {
		return []string{Everything}, mark, nil
	}
	return topics, mark, err
}

// Ready is sent to when there is something to take.
func (p *Page) Ready() <-chan struct{} { return p.ready }

// Ended is closed when the connection is to end.
func (p *Page) Ended() <-chan struct{} { return p.ended }

// Take is what the page is to be told, and the mark that it has been told everything before.
func (p *Page) Take() ([]string, models.LiveMark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	topics := p.waiting
	p.waiting = nil
	if len(topics) > 0 {
		p.hub.told.Add(1)
	}
	return topics, p.mark
}

// Leave ends the connection.
func (p *Page) Leave() {
	p.hub.mu.Lock()
	defer p.hub.mu.Unlock()
	p.hub.drop(p)
}

// tell adds to what the page is to be told, once however often it happens before it is taken.
func (p *Page) tell(topics []string, mark models.LiveMark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mark = mark
	for _, t := range Wanted(topics, p.topics) {
		if !slices.Contains(p.waiting, t) {
			p.waiting = append(p.waiting, t)
		}
	}
	if len(p.waiting) > 0 {
		select {
		case p.ready <- struct{}{}:
		default:
		}
	}
}

// Wanted are those of the topics that were asked for.
func Wanted(topics, asked []string) []string {
	var wanted []string
	for _, t := range topics {
		if t == Everything || slices.Contains(asked, t) {
			wanted = append(wanted, t)
		}
	}
	return wanted
}
