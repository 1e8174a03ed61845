package models

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// EnoughToSee is how many people must have opened a share before its colleague is told how they watched the clip: with fewer it would be
// somebody's own, whom the colleague may know.
const EnoughToSee = 5

// Story is what came of one share.
type Story struct {
	Link      `gorm:"embedded"`
	JobTitle  string
	JobStatus string
	Visitors  int64 // people, each once a day
	Clicks    int64 // people's, as the report counts them
	Views     int64 // confirmed by a browser
	Plays     int64
	Q100      int64 // watched to the end

	Applied []StoryApplication `gorm:"-"` // that its colleague is credited with, the oldest first
}

// Watched tells whether enough people came to tell how the clip was watched.
func (s Story) Watched() bool { return s.Visitors >= EnoughToSee }

// Confirmed is how many of the visits a browser confirmed; a page that is looked at twice is one.
func (s Story) Confirmed() int64 { return min(s.Views, s.Clicks) }

// StoryApplication is an application as far as its candidate lets the colleague know of it.
type StoryApplication struct {
	LinkID      uuid.UUID
	SubmittedAt time.Time
	Stage       string // empty unless the candidate lets the colleague know
	Candidate   string // the name, likewise
}

// Stories are what came of each of a person's own shares, the newest share first. It reads the rollups, never events.
func (db *DB) Stories(ctx context.Context, userID uuid.UUID) ([]Story, error) {
	var stories []Story
	if err := db.q(ctx).Raw(storiesSQL, map[string]any{"user": userID}).Scan(&stories).Error; err != nil {
		return nil, mapped(err)
	}
	var applied []StoryApplication
	if err := db.q(ctx).Raw(storyAppliedSQL, map[string]any{"user": userID}).Scan(&applied).Error; err != nil {
		return nil, mapped(err)
	}
	at := make(map[uuid.UUID]int, len(stories))
	for i, s := range stories {
		at[s.ID] = i
	}
	for _, a := range applied {
		if i, ok := at[a.LinkID]; ok {
			stories[i].Applied = append(stories[i].Applied, a)
		}
	}
	return stories, nil
}

const storiesSQL = `
	select l.*, j.title as job_title, j.status as job_status, coalesce(c.clicks, 0) as clicks, coalesce(c.plays, 0) as plays,
	       coalesce(c.visitors, 0) as visitors, coalesce(c.views, 0) as views, coalesce(c.q100, 0) as q100
	from links l join jobs j on j.id = l.job_id
	left join lateral (
		select sum(clicks) as clicks, sum(plays) as plays, sum(visitors) as visitors, sum(views) as views, sum(q100) as q100
		from counts where link_id = l.id and class = 'human') c on true
	where l.user_id = @user order by l.created_at desc, l.id desc`

// storyAppliedSQL leaves out what a share earned for another job: that would say that its candidate applied again.
const storyAppliedSQL = `
	select l.id as link_id, a.submitted_at, case when a.colleague_learns <> 'received' then a.stage else '' end as stage,
	       case when a.colleague_learns = 'name' then coalesce(p.name, '') else '' end as candidate
	from standing_credits c join applications a on a.id = c.application_id join links l on l.id = c.link_id and l.job_id = a.job_id
	left join candidates p on p.id = a.candidate_id
	where c.user_id = @user and l.user_id = @user order by a.submitted_at, a.id`

// OwnTotals are what all of a person's shares led to.
type OwnTotals struct {
	Visitors     int64
	Applications int64 // that they are credited with, by whichever way
	Hires        int64 // of those whose candidates let the colleague know
}

// OwnWeek is what a person's shares led to in one week.
type OwnWeek struct {
	Monday       time.Time
	Visitors     int64
	Applications int64
}

// TrendWeeks is over how many weeks a person sees what their shares led to.
const TrendWeeks = 8

// OwnTrend is what a person's own shares led to: ever, and in each of the last weeks, the oldest first.
func (db *DB) OwnTrend(ctx context.Context, userID uuid.UUID) (total OwnTotals, weeks []OwnWeek, err error) {
	today := db.Now().UTC().Truncate(oneDay)
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	first := monday.AddDate(0, 0, -7*(TrendWeeks-1))
	if err := db.q(ctx).Raw(ownTotalsSQL, map[string]any{"user": userID}).Scan(&total).Error; err != nil {
		return total, nil, mapped(err)
	}
	err = db.q(ctx).Raw(ownTrendSQL, map[string]any{"user": userID, "first": first.Format(time.DateOnly), "last": monday.Format(time.DateOnly)}).Scan(&weeks).Error
	return total, weeks, mapped(err)
}

const ownTotalsSQL = `
	select (select coalesce(sum(c.visitors), 0) from links l join counts c on c.link_id = l.id where l.user_id = @user and c.class = 'human') as visitors,
	       count(*) as applications, count(*) filter (where a.stage = 'hired' and a.colleague_learns <> 'received') as hires
	from standing_credits c join applications a on a.id = c.application_id where c.user_id = @user`

const ownTrendSQL = `
	select w.monday::timestamptz as monday,
	       (select coalesce(sum(c.visitors), 0) from links l join counts c on c.link_id = l.id
	        where l.user_id = @user and c.class = 'human' and c.day between w.monday::date and w.monday::date + 6) as visitors,
	       (select count(*) from standing_credits c join applications a on a.id = c.application_id
	        where c.user_id = @user and a.submitted_at >= w.monday and a.submitted_at < w.monday + interval '7 days') as applications
	from generate_series(cast(@first as timestamp), cast(@last as timestamp), interval '7 days') w (monday) order by 1`
