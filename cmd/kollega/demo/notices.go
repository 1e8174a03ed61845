package demo

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/models"
)

// MaxNotices is how many notices may be asked for.
const MaxNotices = 20_000_000

// notice is one that somebody was given.
type notice struct {
	kind, way  string
	about      uuid.UUID
	actor      uuid.UUID
	group, job *uuid.UUID
	at         time.Time
}

// otherNoticesSQL are those about something else than posts that nobody was given yet: what was answered, who waits for whom, who thanks,
// what can be shared.
const otherNoticesSQL = `
	select * from (
		select to_id, 'feedback', 'now', id, from_id, null::uuid, at from feedback
		union all select o.holder_id, 'owed', 'daily', o.id, o.user_id, o.job_id, o.held_since
		from owed o join users h on h.id = o.holder_id and h.role = 'leader' where o.answered_at is null and o.ended_at is null
		union all select to_id, 'thanks', 'now', id, from_id, null, created_at from thanks
		union all select u.id, 'new_job', 'house', j.id, j.created_by, j.id, j.published_at from jobs j cross join users u where j.status = 'published'
	) x (user_id, kind, way, about, actor_id, job_id, at)
	where not exists (select from notices n where n.user_id = x.user_id and n.kind = x.kind and n.about = x.about)`

// tell gives people notices of what happened, the newest of each person; few have many that they have not looked at, most have none.
func (d *demo) tell(ctx context.Context) error {
	if d.Notices == 0 {
		return nil
	}
	people := append([]person{d.house.admin, d.house.hr}, d.house.staff...)
	of, err := d.toldOf(ctx)
	if err != nil {
		return err
	}
	rooms := map[uuid.UUID][]*room{}
	for i := range d.rooms {
		for _, p := range d.rooms[i].in {
			rooms[p.id] = append(rooms[p.id], &d.rooms[i])
		}
	}
	made := 0
	if err := d.db.Pool().QueryRow(ctx, `select count(*) from notices`).Scan(&made); err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	left := max(0, d.Notices-made)
	err = pgx.BeginFunc(ctx, d.db.Pool(), func(tx pgx.Tx) error {
		waiting := len(people)
		for batch := range slices.Chunk(people, 200) {
			var rows [][]any
			for _, p := range batch {
				share := left / waiting // what some have too little for goes to those who come after
				told := d.newest(p.id, append(of[p.id], d.toldPosts(p.id, rooms[p.id], share)...), share)
				rows, left, waiting = append(rows, d.noticeRows(p.id, told)...), left-len(told), waiting-1
			}
			made += len(rows)
			if err := fill(ctx, tx, "notices", []string{"id", "user_id", "kind", "about", "actor_id", "group_id", "job_id", "at", "read_at", "way"}, rows); err != nil {
				return err
			}
		}
		return nil
	})
	d.Say("%d notices", made)
	return err
}

// toldOf are the notices of each person about other things than posts.
func (d *demo) toldOf(ctx context.Context) (map[uuid.UUID][]notice, error) {
	rows, err := d.db.Pool().Query(ctx, otherNoticesSQL)
	if err != nil {
		return nil, fmt.Errorf("notices: %w", err)
	}
	of := map[uuid.UUID][]notice{}
	var to uuid.UUID
	var n notice
	_, err = pgx.ForEachRow(rows, []any{&to, &n.kind, &n.way, &n.about, &n.actor, &n.job, &n.at}, func() error {
		if n.job != nil {
			n.job = new(*n.job)
		}
		of[to] = append(of[to], n)
		return nil
	})
	return of, err
}

// toldPosts are the newest posts that somebody was told of, at most a number of each room.
func (d *demo) toldPosts(id uuid.UUID, rooms []*room, most int) (told []notice) {
	for _, r := range rooms {
		kind, way := models.NoticePost, models.WayHouse
		if r.kind == models.GroupTalk {
			kind, way = models.NoticeMessage, models.WayNow
		}
		for _, p := range r.posts[:min(most, len(r.posts))] {
			told = append(told, notice{kind: kind, way: way, about: p.id, actor: p.by, group: &r.id, at: p.at})
		}
		for _, c := range r.replies {
			if c.to == id {
				told = append(told, notice{kind: models.NoticeComment, way: models.WayDaily, about: c.id, actor: c.by, group: &r.id, at: c.at})
			}
		}
	}
	return told
}

// newest are the newest of somebody's notices, but of what they did themself.
func (d *demo) newest(id uuid.UUID, told []notice, most int) []notice {
	told = slices.DeleteFunc(told, func(n notice) bool { return n.actor == id })
	slices.SortFunc(told, func(a, b notice) int {
		if by := b.at.Compare(a.at); by != 0 {
			return by
		}
		return bytes.Compare(a.about[:], b.about[:])
	})
	return told[:min(most, len(told))]
}

// noticeRows are somebody's notices, the newest first, with when they looked at them.
func (d *demo) noticeRows(id uuid.UUID, told []notice) [][]any {
	rows, unread := make([][]any, len(told)), d.unread()
	for i, n := range told {
		var read *time.Time
		if i >= unread {
			at := n.at.Add(time.Duration(1+d.rng.IntN(48*60)) * time.Minute)
			if at.After(d.now) {
				at = d.now
			}
			read = &at
		}
		rows[i] = []any{models.NewID(), id, n.kind, n.about, n.actor, n.group, n.job, n.at, read, n.way}
	}
	return rows
}

// unread is how many of their notices somebody has not looked at.
func (d *demo) unread() int {
	switch n := d.rng.IntN(100); {
	case n < 60:
		return 0
	case n < 85:
		return 1 + d.rng.IntN(5)
	case n < 95:
		return 6 + d.rng.IntN(20)
	}
	return 30 + d.rng.IntN(41)
}
