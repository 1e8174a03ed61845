package models

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// listenAgain is how soon a lost connection is made anew.
const listenAgain = time.Second

// Listening is what to do with what Postgres tells on a channel.
type Listening struct {
	Channel string
	Anew    time.Duration                                // the safety net under the notifications: Began is called again that often
	Began   func(context.Context) error                  // hears the channel from now on: what changed before is to be read
	Heard   func(ctx context.Context, told string) error // one after the other, in the order of the commits
	Lost    func(error)                                  // the connection, or what the others returned
}

// Listen follows a channel of Postgres until ctx ends. A lost connection is made anew.
func (db *DB) Listen(ctx context.Context, l Listening) {
	for ctx.Err() == nil {
		if err := db.listen(ctx, l); !errors.Is(err, errAnew) && ctx.Err() == nil {
			l.Lost(err)
			select {
			case <-ctx.Done():
			case <-time.After(listenAgain):
			}
		}
	}
}

func (db *DB) listen(ctx context.Context, l Listening) error {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	pg := conn.Hijack() // LISTEN stays with the connection, so it must not go back
	defer pg.Close(context.WithoutCancel(ctx))
	if _, err := pg.Exec(ctx, "listen "+pgx.Identifier{l.Channel}.Sanitize()); err != nil {
		return err
	}
	if err := l.Began(ctx); err != nil {
		return err
	}
	// However much is heard, listening begins anew in time.
	until, cancel := context.WithTimeout(ctx, l.Anew)
	defer cancel()
	for {
		n, err := pg.WaitForNotification(until)
		if err != nil {
			if ctx.Err() == nil && until.Err() != nil { // pgx closes the connection
				return errAnew
			}
			return err
		}
		if err := l.Heard(ctx, n.Payload); err != nil {
			return err
		}
	}
}

// errAnew ends a listening that has had its time.
var errAnew = errors.New("time to listen anew")
