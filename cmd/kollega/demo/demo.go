// Package demo fills an empty Kollega with an organisation that never was, so that every page has something to show.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"kollega/internal/auth"
	"kollega/models"
	"kollega/storage"
)

// AdminEmail is the administrator's address.
const AdminEmail = "admin@example.org"

// span is how long the demonstration has been going on.
const span = 61 * 24 * time.Hour

// Limits of what may be asked for.
const (
	MinEmployees = 3
	MaxEmployees = 20_000
	MaxEvents    = 50_000_000
)

// ErrRealData says that somebody lives here.
var ErrRealData = errors.New("this database holds an organisation already, and a demonstration would be mixed into it; " +
	"point KOLLEGA_DATA_DIR at an empty folder (or KOLLEGA_DATABASE_URL at an empty database) and run it there")

// ErrStands says that the demonstration was made before; the Result then has its log-ins.
var ErrStands = errors.New("the demonstration stands already, these are its log-ins; for another, point KOLLEGA_DATA_DIR at an empty folder")

// ErrUnfinished says that an earlier run was interrupted.
var ErrUnfinished = errors.New("a demonstration was begun here and not finished; remove its data folder (or empty its database) and run it again")

// Options say where the demonstration is made and how large it is.
type Options struct {
	DB    *models.DB
	Store *storage.Store
	Dir   string       // a folder of our own for clips in the making
	Log   *slog.Logger // of the work on clips
	Say   func(format string, args ...any)

	Employees int // beside the administrator and HR
	Events    int
	Posts     int // in groups
	Notices   int // fewer where less has happened
}

// Result is what was made.
type Result struct {
	Organisation string
	Password     string // of everybody
	Logins       []Login
	Others       int // people beyond those in Logins, same password

	Employees, Jobs, Links, Events, Applications, Hires int
	EventsTook                                          time.Duration
}

// Login is somebody to be.
type Login struct{ Email, Name, Role, Team string }

// demo is one run.
type demo struct {
	Options

	db         *models.DB
	rng        *rand.Rand // always the same, so that two demonstrations differ in ids and dates only
	now, start time.Time
	house      house
	jobs       []job
	links      []link
	rooms      []room
	result     Result
}

// Make makes the demonstration. It returns ErrRealData, ErrStands or ErrUnfinished where the database is not empty.
func Make(ctx context.Context, o Options) (Result, error) {
	if o.Employees < MinEmployees || o.Employees > MaxEmployees || o.Events < 0 || o.Events > MaxEvents || o.Posts < 0 || o.Posts > MaxPosts || o.Notices < 0 || o.Notices > MaxNotices {
		return Result{}, fmt.Errorf("a demonstration has %d to %d employees, 0 to %d events, 0 to %d posts and 0 to %d notices", MinEmployees, MaxEmployees, MaxEvents, MaxPosts, MaxNotices)
	}
	d := &demo{Options: o, db: o.DB, rng: rand.New(rand.NewPCG(2, 61)), now: o.DB.Now().UTC().Truncate(time.Microsecond)} //nolint:gosec // the same each time, and no secret
	d.start = d.now.Add(-span)
	if stands, err := d.refuse(ctx); err != nil {
		return stands, err
	}
	if err := d.begin(ctx); err != nil {
		return Result{}, err
	}
	for _, step := range []func(context.Context) error{d.settle, d.publish, d.share, d.answer, d.visit, d.earlier, d.reward, d.talk, d.recognise, d.tell, d.look, d.finish} {
		if err := step(ctx); err != nil {
			return Result{}, fmt.Errorf("demonstration: %w", err)
		}
		ctx = models.As(ctx, d.hr()) //nolint:fatcontext // once there is HR, it is they who do all this
	}
	d.result.Organisation, d.result.Employees, d.result.Jobs, d.result.Links = houseName, len(d.house.staff), len(d.jobs), len(d.links)
	return d.result, d.logins(ctx, &d.result)
}

// The secrets that tell a demonstration from a real house.
const (
	begunSecret    = "demo"
	finishedSecret = "demo_finished"
)

// refuse looks whether the database is empty.
func (d *demo) refuse(ctx context.Context) (Result, error) {
	var people, houses int
	var begun, finished []byte
	err := d.db.Pool().QueryRow(ctx, `select (select count(*) from users), (select count(*) from organisation),
		(select value from secrets where name = $1), (select value from secrets where name = $2)`, begunSecret, finishedSecret).
		Scan(&people, &houses, &begun, &finished)
	switch {
	case err != nil:
		return Result{}, fmt.Errorf("demonstration: %w", err)
	case finished != nil:
		r := Result{Organisation: houseName, Password: string(begun)}
		return r, errors.Join(d.logins(ctx, &r), ErrStands)
	case begun != nil:
		return Result{}, ErrUnfinished
	case people+houses > 0:
		return Result{}, ErrRealData
	}
	return Result{}, nil
}

// begin marks the database as a demonstration's. Of two at the same moment one goes on.
func (d *demo) begin(ctx context.Context) error {
	fresh := strings.ToLower(auth.NewSetupCode())
	kept, err := d.db.KeepSecret(ctx, begunSecret, []byte(fresh))
	if err != nil {
		return err
	}
	if string(kept) != fresh {
		return ErrUnfinished
	}
	d.result.Password = fresh
	return nil
}

func (d *demo) finish(ctx context.Context) error {
	// What was filled in at once is unknown to the planner until it is counted.
	if _, err := d.db.MakeSpans(ctx); err != nil {
		return err
	}
	if _, err := d.db.Pool().Exec(ctx, `analyze`); err != nil {
		return err
	}
	_, err := d.db.KeepSecret(ctx, finishedSecret, []byte("yes"))
	return err
}

// logins are a few people of each role.
func (d *demo) logins(ctx context.Context, r *Result) error {
	rows, err := d.db.Pool().Query(ctx, `
		select u.email, u.name, u.role, coalesce(t.name, '') from users u left join teams t on t.id = u.team_id
		where u.deactivated_at is null
		order by array_position(array['admin', 'hr', 'leader', 'employee'], u.role), u.id limit 14`)
	if err != nil {
		return err
	}
	if r.Logins, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Login]); err != nil {
		return err
	}
	return d.db.Pool().QueryRow(ctx, `select count(*) - $1 from users`, len(r.Logins)).Scan(&r.Others)
}
