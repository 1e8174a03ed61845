package scim

import (
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"kollega/models"
)

// A directory that sends thousands of people at once goes at this pace, so that pages are answered as usual meanwhile.
const (
	perSecond = 40
	atOnce    = 120
)

// pace bounds how fast each token is used, on this instance.
type pace struct {
	mu    sync.Mutex
	limit map[uuid.UUID]*rate.Limiter
}

// take is one request by that token; a *TooManyError says how long to wait.
func (p *pace) take(token uuid.UUID, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.limit == nil {
		p.limit = map[uuid.UUID]*rate.Limiter{}
	}
	l := p.limit[token]
	if l == nil {
		l = rate.NewLimiter(perSecond, atOnce)
		p.limit[token] = l
	}
	if !l.AllowN(now, 1) {
		return &models.TooManyError{Wait: time.Second}
	}
	return nil
}
