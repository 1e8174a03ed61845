package models

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// RankingMonths is over how long the ranking counts.
const RankingMonths = 12

// Ranked is somebody in the ranking.
type Ranked struct {
	UserID    uuid.UUID
	Name      string
	Team      string
	Qualified int64
	Place     int // shared by those with as many
}

// Ranking is how those who joined it stand.
type Ranking struct {
	On     bool // the house has one
	Joined bool // whoever asks is in it
	People int  // in it
	Rows   []Ranked
	Since  time.Time
}

// Few tells whether too few people are in it to show it.
func (r Ranking) Few() bool { return r.People < SmallestGroup }

// Ranking is the house's ranking as by may read it: of people who joined it, and of nobody else; in a house that has one, and not before
// five have joined. What counts are qualified applications whose candidates let the colleague know how far they came: a place must not
// tell anybody what a candidate keeps to themself.
func (db *DB) Ranking(ctx context.Context, by User) (Ranking, error) {
	o, err := db.Organisation(ctx)
	if err != nil {
		return Ranking{}, err
	}
	r := Ranking{On: o.Ranking, Joined: by.JoinsRanking, Since: db.Now().UTC().AddDate(0, -RankingMonths, 0).Truncate(oneDay)}
	if !r.On {
		return r, nil
	}
	var people int64
	if err := db.q(ctx).Model(&User{}).Where("joins_ranking and deactivated_at is null").Count(&people).Error; err != nil {
		return r, mapped(err)
	}
	if r.People = int(people); r.Few() {
		return r, nil
	}
	err = db.q(ctx).Raw(rankingSQL, map[string]any{"since": r.Since}).Scan(&r.Rows).Error
	return r, mapped(err)
}

// Those who have none yet share the last place, in the order of their names.
const rankingSQL = `
	select u.id as user_id, u.name, coalesce(t.name, '') as team, count(distinct a.id) as qualified, rank() over (order by count(distinct a.id) desc) as place
	from users u
	left join teams t on t.id = u.team_id
	left join standing_credits c on c.user_id = u.id
	left join applications a on a.id = c.application_id and a.submitted_at >= @since and a.colleague_learns <> 'received'
		and (a.skills_seen or a.reached in ('interview', 'offer', 'hired'))
	where u.joins_ranking and u.deactivated_at is null
	group by u.id, u.name, t.name order by place, u.name collate "nb-x-icu", u.id`

// JoinRanking puts a person into the ranking, or takes them out of it at once. It is there to join only where the house has one.
func (db *DB) JoinRanking(ctx context.Context, userID uuid.UUID, in bool) error {
	q := db.q(ctx).Model(&User{}).Where("id = ?", userID)
	if in {
		q = q.Where("exists (select from organisation where ranking)")
	}
	return changed(q.Updates(map[string]any{"joins_ranking": in, "updated_at": db.Now()}))
}

// SwitchRanking gives the house a ranking or takes it away. Without one nobody stays in it: who agreed to a ranking did not agree to the
// next.
func (db *DB) SwitchRanking(ctx context.Context, by User, on bool) error {
	return db.do(As(ctx, by), Deed{DidChange, OfOrganisation, uuid.Nil, Facts{"ranking": on}}, func(tx *DB) error {
		if err := changed(tx.q(ctx).Model(&Organisation{}).Where("one").Updates(map[string]any{"ranking": on, "updated_at": tx.Now()})); err != nil || on {
			return err
		}
		return mapped(tx.q(ctx).Model(&User{}).Where("joins_ranking").Update("joins_ranking", false).Error)
	})
}

// TeamTotal is what a team did together, as everybody in the house may read it.
type TeamTotal struct {
	Team
	Members int
	Total   Referral `gorm:"-"`
}

// Told tells whether so many applied that how far they came is nobody's in particular.
func (t TeamTotal) Told() bool { return t.Total.Applications >= SmallestGroup }

// TeamTotals are the teams of so many that nobody's part can be told from the whole, with what their share links led to from that day on,
// by name. Whoever reads it knows their own part, so that it takes five others; a team that somebody came to or left since would tell
// what they did by the difference, and is not there until it has been together for the whole time.
func (db *DB) TeamTotals(ctx context.Context, by User, from time.Time) ([]TeamTotal, error) {
	var teams []TeamTotal
	err := db.q(ctx).Raw(`
		select t.*, count(u.id) as members from teams t join users u on u.team_id = t.id and u.deactivated_at is null
		group by t.id having count(u.id) filter (where u.id <> ?) >= ? order by t.name collate "nb-x-icu", t.id`, by.ID, SmallestGroup).Scan(&teams).Error
	if err != nil || len(teams) == 0 {
		return nil, mapped(err)
	}
	totals, err := db.referralsByKey(ctx, ReferralFilter{GroupBy: "team", From: from})
	if err != nil {
		return nil, err
	}
	told := teams[:0]
	for _, t := range teams {
		if (LedTeam{Team: t.Team}).Moved(from) {
			continue
		}
		t.Total = totals[t.ID.String()]
		told = append(told, t)
	}
	return told, nil
}
