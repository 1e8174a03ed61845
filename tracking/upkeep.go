package tracking

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"kollega/models"
)

// keepUp does every few minutes what must be done ahead of time.
func (t *Tracker) keepUp(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			t.upkeep(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// upkeep takes up another country database, agrees on keys and makes this month's and the next's partition; what fails is tried again
// in a minute.
func (t *Tracker) upkeep(ctx context.Context) {
	limited, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	t.countries.Refresh()
	now := t.opts.DB.Now()
	err := errors.Join(t.visitors.Refresh(limited), t.opts.DB.MakePartitions(limited, now, now.AddDate(0, 1, 0)))
	if err != nil && ctx.Err() == nil {
		t.opts.Log.Warn("upkeep of tracking waits", "error", fmt.Errorf("tracking: %w", err))
	}
}

const tokenKeySize = 32

// tokenKey is the key of the visit tokens that all instances share, with a copy at path for a start while Postgres is away.
func tokenKey(ctx context.Context, db *models.DB, path string) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	key, err := db.Secret(limited, "visit token", tokenKeySize)
	if err != nil {
		kept, readErr := os.ReadFile(path)
		if readErr != nil || len(kept) != tokenKeySize {
			return nil, fmt.Errorf("key of visit tokens: %w", err)
		}
		return kept, nil
	}
	fresh := path + ".new"
	if err := os.WriteFile(fresh, key, 0o600); err != nil {
		return nil, fmt.Errorf("key of visit tokens: %w", err)
	}
	if err := os.Rename(fresh, path); err != nil {
		return nil, fmt.Errorf("key of visit tokens: %w", err)
	}
	return key, nil
}
