package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Sessions keeps the sessions of the house in Postgres, for scs, within the time that a request has: while Postgres stands, a
// page says so instead of waiting for it. The tokens are handed in hashed; what has expired is removed by ForgetExpired.
type Sessions struct{ db *DB }

// Sessions is the store of db's sessions.
func (db *DB) Sessions() Sessions { return Sessions{db} }

// findWithin is how long Postgres may take to find, keep or end a session: everything else on a page comes after it.
const findWithin = 5 * time.Second

// FindCtx reads a session's data; exists is false for one that is unknown or has expired.
func (s Sessions) FindCtx(ctx context.Context, token string) (data []byte, exists bool, err error) {
	ctx, stop := context.WithTimeout(ctx, findWithin)
	defer stop()
	err = s.db.pool.QueryRow(ctx, `select data from sessions where token = $1 and data is not null and expiry > current_timestamp`, token).Scan(&data)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read session: %w", err)
	}
	return data, true, nil
}

// CommitCtx writes a session, a new one or one that is there, also for a browser that has hung up; one that was ended meanwhile stays so.
func (s Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), findWithin)
	defer stop()
	if _, err := s.db.pool.Exec(ctx, `insert into sessions (token, data, expiry) values ($1, $2, $3)
		on conflict (token) do update set data = excluded.data, expiry = excluded.expiry where sessions.data is not null`, token, data, expiry); err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session, also for a browser that has hung up: who signed out and closed the page is signed out. Its row stays for an
// hour without what it said, so that a page that was on its way does not bring it back.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), findWithin)
	defer stop()
	if _, err := s.db.pool.Exec(ctx, `update sessions set data = null, expiry = current_timestamp + interval '1 hour' where token = $1`, token); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// Find is FindCtx without an end to its patience; scs asks for it by type alone.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without an end to its patience.
func (s Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without an end to its patience.
func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
