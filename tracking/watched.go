package tracking

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"kollega/models"
)

// ErrWatched is a report of seconds that cannot have been watched yet.
var ErrWatched = errors.New("more was watched than there was time for")

const (
	watchFastest = 2               // how fast players can be made to play
	watchSlack   = 5 * time.Second // clocks of instances differ
)

// watchedKind is the number of the kind.
var watchedKind = slices.Index(kinds[:], models.KindWatched)

// Watched records which seconds of its clip a page has shown, 0 being the first. A page tells it whenever it is left, and each report
// adds to the last: however often a second is told, a visit counts for it once. The error is ErrForged, ErrStale or ErrWatched where
// the report is not taken.
func (t *Tracker) Watched(ctx context.Context, r *http.Request, token string, seconds []int) error {
	now := t.opts.DB.Now().UTC()
	visit, err := t.tokens.Verify(token, now)
	if err != nil {
		return err
	}
	var told models.Seconds
	for _, s := range seconds {
		told.Add(s)
	}
	switch since := now.Sub(visit.At) + watchSlack; {
	case told.Len() == 0 || time.Duration(told.Len())*time.Second > watchFastest*since:
		return ErrWatched
	case !t.once.news(visit.ClickID, told):
		return nil
	}
	if err := t.opened(ctx, r, &visit, models.KindWatched, now); err != nil {
		return err
	}
	e := t.touch(r, &visit, models.KindWatched, now)
	e.ID, e.Seconds = touchID(visit.ClickID, watchedKind), told
	if err := t.recorder.Record(ctx, &e); err != nil {
		return err
	}
	t.once.add(visit.ClickID, told)
	return nil
}
