package models

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Watching is how people watched a clip on its landing pages, in all.
type Watching struct {
	Plays, Q25, Q50, Q75, Q100, Sounds int
	Visits                             int   // that told which seconds they watched
	Seconds                            []int // how many of those watched each second, the first being the clip's first
}

// ClipWatching is how people watched a clip of that many seconds. It reads the rollups.
func (db *DB) ClipWatching(ctx context.Context, clipID uuid.UUID, length int) (w Watching, err error) {
	err = db.pool.QueryRow(ctx, `select coalesce(sum(plays), 0), coalesce(sum(q25), 0), coalesce(sum(q50), 0), coalesce(sum(q75), 0), coalesce(sum(q100), 0),
			coalesce(sum(sounds), 0) from counts where clip_id = $1 and class = 'human'`, clipID).Scan(&w.Plays, &w.Q25, &w.Q50, &w.Q75, &w.Q100, &w.Sounds)
	if err != nil {
		return w, fmt.Errorf("plays of clip %s: %w", clipID, err)
	}
	if err := db.pool.QueryRow(ctx, `select coalesce(sum(visits), 0) from watched where clip_id = $1`, clipID).Scan(&w.Visits); err != nil {
		return w, fmt.Errorf("visits of clip %s: %w", clipID, err)
	}
	rows, err := db.pool.Query(ctx, `
		select coalesce(sum(n), 0) from generate_series(1, $2::int) second
		left join (watched cross join unnest(seconds) with ordinality u(n, place)) on place = second and clip_id = $1
		group by second order by second`, clipID, min(max(length, 1), WatchSeconds))
	if err != nil {
		return w, fmt.Errorf("seconds of clip %s: %w", clipID, err)
	}
	if w.Seconds, err = pgx.CollectRows(rows, pgx.RowTo[int]); err != nil {
		return w, fmt.Errorf("seconds of clip %s: %w", clipID, err)
	}
	return w, nil
}

// Share is how much of the clip a visit watched on the average, 0 to 1.
func (w Watching) Share() float64 {
	if w.Visits == 0 || len(w.Seconds) == 0 {
		return 0
	}
	sum := 0
	for _, n := range w.Seconds {
		sum += n
	}
	return min(float64(sum)/float64(w.Visits*len(w.Seconds)), 1)
}
