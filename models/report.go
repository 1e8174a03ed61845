package models

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// ReferralGroups are what the referral report can be broken down by.
var ReferralGroups = Words{"employee", "team", "job", "clip", "channel", "skill"}

// dimension is how a group's key is read, of rows l with the person, job, channel and clip, and the label of rows k with that key; people
// tells a group of persons from one of jobs, clips or channels. none is the key of what belongs to no group, where that is one as well: it
// is shown as ”.
type dimension struct {
	key, label, joins string
	people            bool
	none              string
}

// shown is how the key of rows k is shown.
func (d dimension) shown() string {
	if d.none == "" {
		return "k.key::text"
	}
	return "coalesce(nullif(k.key, '" + d.none + "')::text, '')"
}

var dimensions = map[string]dimension{
	"employee": {"l.user_id", "(select name from users where id = k.key)", "", true, ""},
	"team": { // by the id itself: text is compared and hashed several times as slowly
		"coalesce(u.team_id, '" + uuid.Nil.String() + "')", "(select name from teams where id = k.key)", "join users u on u.id = l.user_id", true, uuid.Nil.String(),
	},
	"job":     {"l.job_id", "(select title from jobs where id = k.key)", "", false, ""},
	"clip":    {"l.clip_id", "(select title from clips where id = k.key)", "", false, ""},
	"channel": {"l.channel", "k.key", "", false, ""},
	"skill": {
		"js.skill_id", "(select name from skills where id = k.key)",
		"join job_skills js on js.job_id = l.job_id and (cast(@skill as uuid) is null or js.skill_id = cast(@skill as uuid))", false, "",
	},
}

// everything is one group.
var everything = dimension{key: "''", label: "''"}

// counted names what visits are read from: persons, or jobs, clips and channels, have totals of their own, which are much shorter than
// those of links.
func (d dimension) counted(f ReferralFilter) string {
	people := d.people || f.UserID != nil || f.Team != ""
	places := !d.people && d != everything || f.JobID != nil || f.ClipID != nil || f.SkillID != nil || f.Channel != ""
	switch {
	case people && places:
		return "links"
	case people:
		return "users"
	}
	return "places"
}

// Referral is what the share links of one group led to. Hits counts every request, all others only people's.
type Referral struct {
	Key          string `json:"key"`
	Label        string `json:"label"`
	Shares       int64  `json:"-"` // links made in the time; a clip has none of its own
	Hits         int64  `json:"hits"`
	Clicks       int64  `json:"clicks"`
	Visitors     int64  `json:"visitors"`
	Views        int64  `json:"views"`
	Plays        int64  `json:"plays"`
	Q25          int64  `json:"q25"`
	Q50          int64  `json:"q50"`
	Q75          int64  `json:"q75"`
	Q100         int64  `json:"q100"`
	ApplyStarts  int64  `json:"apply_starts"`
	Applications int64  `json:"applications"`
	Qualified    int64  `json:"qualified"`
	Hires        int64  `json:"hires"`
}

// Referrals is the referral report, the most hires first, and the total of everything, which groups that overlap do not sum to.
// It reads the rollups, of longer times by spans, so it costs the same with many events.
func (db *DB) Referrals(ctx context.Context, f ReferralFilter) (rows []Referral, total Referral, err error) {
	d, ok := dimensions[f.GroupBy]
	if !ok {
		return nil, total, Invalid("group_by", "error.choose")
	}
	rows, total, err = db.referrals(ctx, d, f)
	if err != nil {
		return nil, total, fmt.Errorf("referrals by %s: %w", f.GroupBy, err)
	}
	names := NameOrder("nb")
	slices.SortFunc(rows, func(a, b Referral) int {
		return cmp.Or(cmp.Compare(b.Hires, a.Hires), cmp.Compare(b.Qualified, a.Qualified), cmp.Compare(b.Applications, a.Applications),
			cmp.Compare(b.Clicks, a.Clicks), names.CompareString(a.Label, b.Label), cmp.Compare(a.Key, b.Key))
	})
	return rows, total, nil
}

// ReferralTotal is the total of the report alone.
func (db *DB) ReferralTotal(ctx context.Context, f ReferralFilter) (Referral, error) {
	_, total, err := db.referrals(ctx, everything, f)
	if err != nil {
		return total, fmt.Errorf("total of referrals: %w", err)
	}
	return total, nil
}

// referrals asks for what links led to on their pages and for what they earned side by side, and puts both together.
func (db *DB) referrals(ctx context.Context, d dimension, f ReferralFilter) (rows []Referral, total Referral, err error) {
	asked, err := f.asked(db.Now())
	if err != nil {
		return nil, total, err
	}
	f.From, f.To = asked.first, asked.last
	var visits, earned []Referral
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		// One picture of the database: a span that goes while its days are counted anew must not be read after it was chosen.
		return db.picture(ctx, func(tx pgx.Tx) error {
			visits, err = d.visits(ctx, tx, asked, f)
			return err
		})
	})
	both.Go(func() error {
		return db.ask(ctx, reportSQL("credits", d), f.args(), func(rows pgx.Rows) (err error) {
			earned, err = pgx.CollectRows(rows, earnedRow)
			return err
		})
	})
	if err := both.Wait(); err != nil {
		return nil, total, err
	}
	total = visits[len(visits)-1]
	total.earn(earned[len(earned)-1])
	return merged(visits[:len(visits)-1], earned[:len(earned)-1]), total, nil
}

// visits asks for what happened on the pages; the last row is the total.
func (d dimension) visits(ctx context.Context, tx pgx.Tx, asked span, f ReferralFilter) ([]Referral, error) {
	args, err := countedArgs(ctx, tx, asked, f)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, visitsSQL(d, f), args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Referral, err error) {
		err = row.Scan(&r.Key, &r.Label, &r.Shares, &r.Hits, &r.Clicks, &r.Visitors, &r.Views, &r.Plays, &r.Q25, &r.Q50, &r.Q75, &r.Q100, &r.ApplyStarts, nil)
		return r, err
	})
}

// countedArgs are the filter's values with the spans and days that hold what was counted.
func countedArgs(ctx context.Context, tx pgx.Tx, asked span, f ReferralFilter) (pgx.NamedArgs, error) {
	counted, err := countedDays(ctx, tx)
	if err != nil {
		return nil, err
	}
	if counted.first.Before(asked.first) {
		counted.first = asked.first
	}
	counted.last = minTime(counted.last, asked.last)
	spans, err := spansWithin(ctx, tx, counted)
	if err != nil {
		return nil, err
	}
	picked, days := cover(spans, counted)
	args := pgx.NamedArgs(f.args())
	args["spans"], args["daily"] = spanIDs(picked), dates(days)
	return args, nil
}

func earnedRow(row pgx.CollectableRow) (r Referral, err error) {
	err = row.Scan(&r.Key, &r.Label, &r.Applications, &r.Qualified, &r.Hires, nil)
	return r, err
}

func (r *Referral) earn(e Referral) {
	r.Applications, r.Qualified, r.Hires = e.Applications, e.Qualified, e.Hires
}

// merged puts what a group earned beside what happened on its pages.
func merged(visits, earned []Referral) []Referral {
	at := make(map[string]int, len(visits))
	for i, r := range visits {
		at[r.Key] = i
	}
	for _, e := range earned {
		if i, ok := at[e.Key]; ok {
			visits[i].earn(e)
		} else {
			visits = append(visits, e)
		}
	}
	return visits
}
