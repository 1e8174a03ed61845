package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// LiveChannel is where Postgres tells every instance that there is something new in the line of changes, or that rights are to
// be asked again.
const LiveChannel = "kollega_live"

const (
	liveKept = 2 * time.Hour     // how long changes are kept
	liveGood = 100 * time.Minute // how old a mark may be, so that nothing after it is gone
	liveMost = 2000              // changes that one page is told one by one

	maxLiveMark = 4000 // bytes: a snapshot names every transaction that was running
)

// ErrLiveGap says that what happened since a mark is not known, or is more than is worth telling: everything may be different.
var ErrLiveGap = errors.New("too much has changed since")

// LiveMark is a place in the line of changes: the snapshot of Postgres that it was read by, which knows what was there and which
// transactions were still running.
type LiveMark struct {
	Snapshot string // as Postgres writes a pg_snapshot
	At       time.Time
}

// String is the mark as pages hand it back.
func (m LiveMark) String() string {
	if m.Snapshot == "" {
		return ""
	}
	return m.Snapshot + "-" + strconv.FormatInt(m.At.Unix(), 10)
}

// ParseLiveMark reads what String wrote; the zero mark for anything else, which Postgres would refuse.
func ParseLiveMark(s string) LiveMark {
	snapshot, seconds, _ := strings.Cut(s, "-")
	at, err := strconv.ParseInt(seconds, 10, 64)
	bounds := strings.Split(snapshot, ":")
	if err != nil || len(s) > maxLiveMark || len(bounds) != 3 {
		return LiveMark{}
	}
	first, last := liveNumber(bounds[0]), liveNumber(bounds[1])
	if first == 0 || last < first {
		return LiveMark{}
	}
	if bounds[2] != "" {
		for running := range strings.SplitSeq(bounds[2], ",") {
			n := liveNumber(running)
			if n < first || n >= last {
				return LiveMark{}
			}
			first = n
		}
	}
	return LiveMark{Snapshot: snapshot, At: time.Unix(at, 0)}
}

// liveNumber is a transaction's number, 0 for what is none.
func liveNumber(s string) uint64 {
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil || s[0] == '0' || n&0xffffffff == 0 { // the lower half of a number is never zero
		return 0
	}
	return n
}

// LiveChange says that something changed, and whom it concerns.
type LiveChange struct {
	Kind  string
	About *uuid.UUID
	Jobs  []uuid.UUID
	Users []uuid.UUID // of those who were asked about
}

// LiveReader is somebody with an open page, as of now.
type LiveReader struct {
	ID    uuid.UUID
	Role  string
	Epoch int         // of the person's sessions
	Leads []uuid.UUID // the jobs they lead

	Groups []uuid.UUID // that they are a member of
}

// Topics are the names by which pages of that person ask for the change; none where they may not know of it.
func (r LiveReader) Topics(c LiveChange) []string {
	var topics []string
	own := slices.Contains(c.Users, r.ID)
	by := User{ID: r.ID, Role: r.Role}
	all := by.Is(RoleHR)
	seen := all || by.Is(RoleLeader) && slices.ContainsFunc(c.Jobs, func(j uuid.UUID) bool { return slices.Contains(r.Leads, j) })
	add := func(may bool, names ...string) {
		if may {
			topics = append(topics, names...)
		}
	}
	switch c.Kind {
	case "own":
		add(own, "links")
	case "clicks":
		add(own, "links")
		add(all, "report")
	case "link":
		add(own, "links")
		add(all, ofJobs(c.Jobs)...)
	case "application":
		add(seen, append(ofJobs(c.Jobs), "applications", "application:"+c.id())...)
		add(all, "report")
	case "job":
		add(seen, append(ofJobs(c.Jobs), "jobs", "applications")...)
	case "clip":
		add(all, ofJobs(c.Jobs)...)
		add(all || own, "clip:"+c.id(), "clips")
	case "group", "open_group": // of a closed group its members alone, whatever their role
		member := c.About != nil && slices.Contains(r.Groups, *c.About)
		add(member || c.Kind == "open_group", "group:"+c.id())
		add(member, "groups")
	case "own_groups":
		add(own, "groups")
	case "post_report":
		add(all, "post_reports")
	case "mention":
		add(own, "mentions")
	case "notice":
		add(own, "notices")
	case "proposal":
		add(all || own, "proposals")
	case "owed":
		add(all || own, "owed")
	case "owed_private":
		add(own, "owed")
	case "feedback":
		add(own, "feedback")
	case "thanks":
		add(own, "thanks")
	case "question": // of HR, too, only who may read what happened
		add(own, "question:"+c.id())
	}
	return topics
}

func (c LiveChange) id() string {
	if c.About == nil {
		return ""
	}
	return c.About.String()
}

func ofJobs(ids []uuid.UUID) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = "job:" + id.String()
	}
	return names
}

// liveQuery reads with one look at the database, so that the mark fits what was read. Rows that a restored dump brought along
// are from after all time and are left out.
const liveQuery = `
	with s as (select pg_current_snapshot() as now, nullif($1, '')::pg_snapshot as before)
	select s.now::text, coalesce(pg_snapshot_xmax(s.before) > pg_snapshot_xmax(s.now), false),
	       c.kind, c.about, c.jobs, array(select unnest(c.users) intersect select unnest($2::uuid[]))
	from s left join lateral (
		select * from live_changes c
		where c.xid >= pg_snapshot_xmin(s.before) and not pg_visible_in_snapshot(c.xid, s.before) and c.xid < pg_snapshot_xmax(s.now)
		  and ($3 or c.users && $2 or c.jobs && $4 or c.kind = 'open_group' or c.kind = 'group' and c.about = any($6))
		limit $5
	) c on true`

// LiveChanges are the changes since a mark, with which of those people they concern, and the mark to go on from. Since the zero mark
// there are none.
func (db *DB) LiveChanges(ctx context.Context, since LiveMark, people []uuid.UUID) ([]LiveChange, LiveMark, error) {
	changes, mark, _, err := db.liveChanges(ctx, since, people, true, LiveReader{}, nil)
	return changes, mark, err
}

// LiveSince are the topics of what has changed since a mark for one person. ErrLiveGap goes with a mark that is good all the same.
func (db *DB) LiveSince(ctx context.Context, r LiveReader, since LiveMark) ([]string, LiveMark, error) {
	most := liveMost + 1
	changes, mark, foreign, err := db.liveChanges(ctx, since, []uuid.UUID{r.ID}, User{Role: r.Role}.Is(RoleHR), r, &most)
	if err != nil {
		return nil, mark, err
	}
	if len(changes) > liveMost || foreign || since.Snapshot != "" && db.Now().Sub(since.At) > liveGood {
		return nil, mark, ErrLiveGap
	}
	var topics []string
	for _, c := range changes {
		topics = append(topics, r.Topics(c)...)
	}
	slices.Sort(topics)
	return slices.Compact(topics), mark, nil
}

// liveChanges reads what is new; foreign says that the mark is from after all time, so of another database.
func (db *DB) liveChanges(ctx context.Context, since LiveMark, people []uuid.UUID, all bool, r LiveReader, most *int) (changes []LiveChange, mark LiveMark, foreign bool, err error) {
	some := func(ids []uuid.UUID) []uuid.UUID { return append([]uuid.UUID{}, ids...) } // null would make a filter unknown
	mark.At = db.Now()
	rows, err := db.pool.Query(ctx, liveQuery, since.Snapshot, some(people), all, some(r.Leads), most, some(r.Groups))
	if err != nil {
		return nil, mark, false, fmt.Errorf("read changes: %w", err)
	}
	var (
		kind      *string
		about     *uuid.UUID
		of, whose []uuid.UUID
	)
	_, err = pgx.ForEachRow(rows, []any{&mark.Snapshot, &foreign, &kind, &about, &of, &whose}, func() error {
		if kind != nil {
			changes = append(changes, LiveChange{Kind: *kind, About: about, Jobs: slices.Clone(of), Users: slices.Clone(whose)})
		}
		return nil
	})
	if err != nil {
		return nil, mark, false, fmt.Errorf("read changes: %w", err)
	}
	return changes, mark, foreign, nil
}

// LiveReaders are those of the people who work here still, with what they may know, by id.
func (db *DB) LiveReaders(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]LiveReader, error) {
	rows, err := db.pool.Query(ctx, `
		select u.id, u.role, u.session_epoch, array(select j.id from jobs j where j.leader_id = u.id),
		       array(select m.group_id from group_members m where m.user_id = u.id)
		from users u where u.id = any($1) and u.deactivated_at is null`, people)
	if err != nil {
		return nil, fmt.Errorf("read rights: %w", err)
	}
	readers := map[uuid.UUID]LiveReader{}
	var r LiveReader
	_, err = pgx.ForEachRow(rows, []any{&r.ID, &r.Role, &r.Epoch, &r.Leads, &r.Groups}, func() error {
		r.Leads, r.Groups = slices.Clone(r.Leads), slices.Clone(r.Groups)
		readers[r.ID] = r
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read rights: %w", err)
	}
	return readers, nil
}

// LiveSessions are those of the sessions, by the hash they are kept under, that have not ended.
func (db *DB) LiveSessions(ctx context.Context, hashes []string) (map[string]bool, error) {
	rows, err := db.pool.Query(ctx, `select token from sessions where token = any($1) and data is not null and expiry > current_timestamp`, hashes)
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	there := map[string]bool{}
	var hash string
	_, err = pgx.ForEachRow(rows, []any{&hash}, func() error { there[hash] = true; return nil })
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	return there, nil
}

// tellClicks puts a batch of events into the line of changes: colleagues follow the clicks on their own links, HR all.
func tellClicks(ctx context.Context, tx pgx.Tx, events []Event) error {
	links := map[uuid.UUID]bool{}
	for i := range events {
		if e := &events[i]; e.Kind == KindClick && e.Class == ClassHuman && e.LinkID != uuid.Nil {
			links[e.LinkID] = true
		}
	}
	ids := make([]uuid.UUID, 0, len(links))
	for id := range links {
		ids = append(ids, id)
	}
	_, err := tx.Exec(ctx, `insert into live_changes (kind, users) values ('clicks', array(select distinct user_id from links where id = any($1)))`, ids)
	return err
}
