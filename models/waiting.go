package models

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Waiting is one thing that somebody is owed an answer for, with the facts of what they did.
type Waiting struct {
	ID          uuid.UUID
	UserID      uuid.UUID
	Kind        string
	About       uuid.UUID
	JobID       *uuid.UUID
	Since       time.Time
	DueAt       time.Time
	ClimbedAt   *time.Time
	Open        bool       // it waits still
	FeedbackID  *uuid.UUID // what answered it
	AnsweredAt  *time.Time
	Name        string // who waits
	Team        string
	JobTitle    string     // of a proposed clip the colleague's words, where the job is not yet written
	OwerID      *uuid.UUID // who owes it now; nil: HR
	Ower        string
	ClimbedFrom string // who did not answer in time; empty: who has left
	Mine        bool   // whoever asks owes it
	Never       bool   // who waits has never had any answer

	Channels []string  `gorm:"-"` // of a share: where they shared the job
	Visitors *int64    `gorm:"-"` // of a share: who came by it, where whoever asks may know
	Stage    string    // of a turn: what it came to, as long as the candidate lets the colleague know; else that it came
	Proposal *Proposal `gorm:"-"` // of a clip
}

// Late tells whether the time in which it was to be answered has gone by.
func (w Waiting) Late(now time.Time) bool { return !now.Before(w.DueAt) }

// Days is for how many whole days it has waited.
func (w Waiting) Days(now time.Time) int { return max(int(now.Sub(w.Since)/(24*time.Hour)), 0) }

// WaitingPerson is somebody who waits, with what for, the longest first.
type WaitingPerson struct {
	UserID uuid.UUID
	Name   string
	Team   string
	Never  bool
	Since  time.Time
	Things []Waiting
}

// Key tells a person's card from one with other things on it.
func (p WaitingPerson) Key() string { return p.Things[0].ID.String() }

// Days is for how many whole days they have waited.
func (p WaitingPerson) Days(now time.Time) int { return Waiting{Since: p.Since}.Days(now) }

// maxWaiting is how many things a list shows, the first in its order: what is answered makes room for the others.
const maxWaiting = 200

// mayAnswer keeps to what by may answer: HR everything, leaders what they owe or would come to owe, the asked what they asked for; nobody
// what they are owed themself. Use it with owedArgs.
const mayAnswer = `o.user_id <> @me and (o.asked_id = @me or not o.private and (@hr or @leader and o.who <> 'hr' and (j.leader_id = @me or ` + ownLeader + ` = @me)))`

// owedArgs are what mayAnswer and waitingSQL name.
func owedArgs(by User) map[string]any {
	return map[string]any{"me": by.ID, "hr": by.Is(RoleHR), "leader": by.Is(RoleLeader)}
}

// waitingSQL reads things with what they name; a condition follows.
var waitingSQL = `
	select * from (
		select o.id, o.user_id, o.kind, o.about, o.job_id, o.since, o.due_at, o.climbed_at, o.feedback_id, o.answered_at, ` + openOwed + ` as open,
		       w.name, coalesce(t.name, '') as team, coalesce(j.title, (select p.title from clip_proposals p where o.kind = 'clip' and p.id = o.about), '') as job_title, h.id as ower_id, coalesce(h.name, '') as ower,
		       case when cf.deactivated_at is null then coalesce(cf.name, '') else '' end as climbed_from,
		       (h.id is not null and h.id = @me or h.id is null and @hr) and o.user_id <> @me as mine,
		       not exists (select from feedback f where f.to_id = o.user_id) as never,
		       case when o.kind = 'turn' then coalesce((select sc.to_stage from stage_changes sc join applications a on a.id = sc.application_id
		           where sc.id = o.about and not sc.undone and a.colleague_learns <> 'received'), 'new') else '' end as stage
		` + owedFrom + ` left join users h on h.id = ` + owerSQL + ` left join users cf on cf.id = o.climbed_from `

// WaitingFor are the people who wait for by, those first who have never had any answer, then the longest waiting; for HR besides those who
// wait for leaders.
func (db *DB) WaitingFor(ctx context.Context, by User) (mine, others []WaitingPerson, err error) {
	all, err := db.waiting(ctx, by, `where `+openOwed+` and `+mayAnswer+`) x where mine or @hr order by mine desc, never desc, since, id limit @limit`, map[string]any{"limit": maxWaiting})
	if err != nil {
		return nil, nil, err
	}
	return people(all, true), people(all, false), nil
}

// CountWaiting is how many people wait for by.
func (db *DB) CountWaiting(ctx context.Context, by User) (int, error) {
	var n int
	err := db.q(ctx).Raw(`select count(distinct user_id) from (`+waitingSQL+`where `+openOwed+` and `+mayAnswer+`) x where mine) n`, owedArgs(by)).Scan(&n).Error
	return n, mapped(err)
}

// FirstWaiting are the first of the people who wait for by, as WaitingFor has them, without what for; all is how many there are.
func (db *DB) FirstWaiting(ctx context.Context, by User, limit int) (first []WaitingPerson, all int, err error) {
	args := owedArgs(by)
	args["limit"] = limit
	var rows []struct {
		UserID uuid.UUID
		Name   string
		Never  bool
		Since  time.Time
		Total  int
	}
	err = db.q(ctx).Raw(`select user_id, name, never, since, count(*) over () as total from (
		select o.user_id, w.name, min(o.since) as since, not exists (select from feedback f where f.to_id = o.user_id) as never
		`+owedFrom+` left join users h on h.id = `+owerSQL+`
		where `+openOwed+` and `+mayAnswer+` and (h.id = @me or h.id is null and @hr) group by o.user_id, w.name) x
		order by never desc, since, user_id limit @limit`, args).Scan(&rows).Error
	for _, r := range rows {
		first, all = append(first, WaitingPerson{UserID: r.UserID, Name: r.Name, Never: r.Never, Since: r.Since}), r.Total
	}
	return first, all, mapped(err)
}

// WaitingThing is one thing that by may answer, or could have, whether it waits or not; ErrNotFound otherwise, and where who waited has left.
func (db *DB) WaitingThing(ctx context.Context, by User, id uuid.UUID) (Waiting, error) {
	all, err := db.waiting(ctx, by, `where o.id = @id and exists (select from users w where w.id = o.user_id and w.deactivated_at is null) and `+mayAnswer+`) x`, map[string]any{"id": id})
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Waiting{}, err
	}
	return all[0], nil
}

// WaitingAbout is what somebody is owed for a thing, where by may answer it and it waits; ErrNotFound otherwise.
func (db *DB) WaitingAbout(ctx context.Context, by User, kind string, about uuid.UUID) (Waiting, error) {
	all, err := db.waiting(ctx, by, `where o.kind = @kind and o.about = @about and `+openOwed+` and `+mayAnswer+`) x`, map[string]any{"kind": kind, "about": about})
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Waiting{}, err
	}
	return all[0], nil
}

// OwnWaiting is what by waits for, the longest first, with who owes it.
func (db *DB) OwnWaiting(ctx context.Context, by User) ([]Waiting, error) {
	return db.waiting(ctx, by, `where o.user_id = @me and `+openOwed+`) x order by since, id limit @limit`, map[string]any{"limit": maxWaiting})
}

// readAbout fills in what feedback answers.
func (db *DB) readAbout(ctx context.Context, fs []Feedback) error {
	if len(fs) == 0 {
		return nil
	}
	ids, at := make([]uuid.UUID, len(fs)), map[uuid.UUID]int{}
	for i, f := range fs {
		ids[i], at[f.ID] = f.ID, i
	}
	all, err := db.waiting(ctx, User{}, `where o.feedback_id in @ids) x order by since, id`, map[string]any{"ids": ids})
	for _, w := range all {
		f := &fs[at[*w.FeedbackID]]
		f.About = append(f.About, w)
	}
	return err
}

func (db *DB) waiting(ctx context.Context, by User, where string, args map[string]any) ([]Waiting, error) {
	for k, v := range owedArgs(by) {
		args[k] = v
	}
	var all []Waiting
	if err := db.q(ctx).Raw(waitingSQL+where, args).Scan(&all).Error; err != nil {
		return nil, mapped(err)
	}
	if err := db.readShares(ctx, by, all); err != nil {
		return nil, err
	}
	return all, db.readProposals(ctx, by, all)
}

// sharesSQL is where people shared jobs, and how many people came by all of a person's links to one: that is theirs to know, HR's, and
// their leaders' where they have agreed.
const sharesSQL = `
	select l.user_id, l.job_id, string_agg(l.channel, ' ' order by l.created_at, l.id) as channels,
	       case when @hr or u.show_results or l.user_id = @me then coalesce(sum(c.visitors), 0) end as visitors
	from links l join users u on u.id = l.user_id
	left join lateral (select sum(visitors) as visitors from counts where link_id = l.id and class = 'human') c on true
	where (l.user_id, l.job_id) in @pairs and not l.unasked group by l.user_id, l.job_id, u.show_results`

func (db *DB) readShares(ctx context.Context, by User, all []Waiting) error {
	var pairs [][]any
	for _, w := range all {
		if w.Kind == OwedShare {
			pairs = append(pairs, []any{w.UserID, w.About})
		}
	}
	if len(pairs) == 0 {
		return nil
	}
	args := owedArgs(by)
	args["pairs"] = pairs
	var rows []struct {
		UserID, JobID uuid.UUID
		Channels      string
		Visitors      *int64
	}
	if err := db.q(ctx).Raw(sharesSQL, args).Scan(&rows).Error; err != nil {
		return mapped(err)
	}
	for i := range all {
		for _, r := range rows {
			if w := &all[i]; w.Kind == OwedShare && w.UserID == r.UserID && w.About == r.JobID {
				w.Channels, w.Visitors = strings.Fields(r.Channels), r.Visitors
			}
		}
	}
	return nil
}

// readProposals fills in the proposals that by may watch.
func (db *DB) readProposals(ctx context.Context, by User, all []Waiting) error {
	var ids []uuid.UUID
	for _, w := range all {
		if w.Kind == OwedClip {
			ids = append(ids, w.About)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var ps []Proposal
	may := db.q(ctx).Where("user_id = ?", by.ID).Or("id in (?)", seenProposals(db.q(ctx).Model(&Proposal{}).Select("clip_proposals.id"), by))
	if err := db.q(ctx).Preload("Clip.Files").Where("id in ?", ids).Where(may).Find(&ps).Error; err != nil {
		return mapped(err)
	}
	for i := range all {
		if at := slices.IndexFunc(ps, func(p Proposal) bool { return all[i].Kind == OwedClip && p.ID == all[i].About }); at >= 0 {
			all[i].Proposal = &ps[at]
		}
	}
	return nil
}

// people puts things together by who waits for them.
func people(all []Waiting, mine bool) []WaitingPerson {
	var out []WaitingPerson
	at := map[uuid.UUID]int{}
	for _, w := range all {
		if w.Mine != mine {
			continue
		}
		i, there := at[w.UserID]
		if !there {
			i = len(out)
			at[w.UserID] = i
			out = append(out, WaitingPerson{UserID: w.UserID, Name: w.Name, Team: w.Team, Never: w.Never, Since: w.Since})
		}
		out[i].Things = append(out[i].Things, w)
	}
	slices.SortStableFunc(out, func(a, b WaitingPerson) int {
		if a.Never != b.Never {
			if a.Never {
				return -1
			}
			return 1
		}
		return a.Since.Compare(b.Since)
	})
	return out
}

// Person is who waits, with this one thing.
func (w Waiting) Person() WaitingPerson {
	return WaitingPerson{UserID: w.UserID, Name: w.Name, Team: w.Team, Never: w.Never, Since: w.Since, Things: []Waiting{w}}
}

// ShareAnswers are what by is owed, or was, for the first share of each job, by the job.
func (db *DB) ShareAnswers(ctx context.Context, by User) (map[uuid.UUID]Waiting, error) {
	all, err := db.waiting(ctx, by, `where o.user_id = @me and o.kind = 'share') x`, map[string]any{})
	out := make(map[uuid.UUID]Waiting, len(all))
	for _, w := range all {
		out[w.About] = w
	}
	return out, err
}
