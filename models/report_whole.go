package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// Report is everything that the report page shows.
type Report struct {
	Rows          []Referral // by the group that was asked for
	Total         Referral
	Before        *Referral // the total of as many days before; nil where the report has no beginning
	Timeline      []Bucket
	Flows         []Flow
	Week          WeekHours // of all colleagues: empty where the report is about some of them
	Sources       []SourceCount
	Stages        []StageTime
	Concentration Concentration
	Retention     []RetentionRow // who of those hired stayed; nil where that is not known
}

// sideBySide is how many questions of a report are asked at once: more would wait for each other on a small machine.
const sideBySide = 3

// Report asks for all of a report side by side; hours and weekdays are those of the zone.
func (db *DB) Report(ctx context.Context, f ReferralFilter, zone *time.Location) (Report, error) {
	var r Report
	if _, ok := dimensions[f.GroupBy]; !ok {
		return r, Invalid("group_by", "error.choose")
	}
	if _, err := f.asked(db.Now()); err != nil {
		return r, err
	}
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(sideBySide)
	all.Go(func() (err error) { r.Rows, r.Total, err = db.Referrals(ctx, f); return err })
	if before, ok := f.Before(); ok {
		all.Go(func() error {
			total, err := db.ReferralTotal(ctx, before)
			r.Before = &total
			return err
		})
	}
	all.Go(func() (err error) { r.Stages, err = db.StageTimes(ctx, f); return err })
	all.Go(func() (err error) { r.Timeline, err = db.Timeline(ctx, f); return err })
	all.Go(func() (err error) { r.Flows, err = db.Flows(ctx, f); return err })
	all.Go(func() (err error) { r.Sources, err = db.SourceCounts(ctx, f); return err })
	all.Go(func() (err error) { r.Concentration, err = db.Concentration(ctx, f); return err })
	if stayed, ok := f.retention(); ok {
		all.Go(func() (err error) { r.Retention, err = db.Retention(ctx, stayed); return err })
	}
	if f.Team == "" && f.UserID == nil {
		all.Go(func() (err error) { r.Week, err = db.WeekHours(ctx, f, zone); return err })
	}
	return r, all.Wait()
}

// retention is the same as a question for who stayed; ok is false for what that question does not know.
func (f ReferralFilter) retention() (stayed RetentionFilter, ok bool) {
	stayed = RetentionFilter{From: f.From, To: f.To, JobID: f.JobID, ClipID: f.ClipID, SkillID: f.SkillID, Channel: f.Channel}
	if f.Team != "" {
		id, err := uuid.Parse(f.Team)
		if err != nil {
			return stayed, false
		}
		stayed.TeamID = &id
	}
	return stayed, f.UserID == nil && f.Channel != None
}

// Choice is something that a report can be narrowed to.
type Choice struct {
	ID   uuid.UUID
	Name string
}

// ReportChoices are the teams, clips and skills that a report can be narrowed to, by name.
func (db *DB) ReportChoices(ctx context.Context) (teams, clips, skills []Choice, err error) {
	for _, c := range []struct {
		to  *[]Choice
		sql string
	}{
		{&teams, `select id, name from teams order by name_key collate "nb-x-icu", id`},
		{&clips, `select c.id, c.title || ' (' || j.title || ')' as name from clips c join jobs j on j.id = c.job_id
			where c.version > 0 order by c.title collate "nb-x-icu", c.id`},
		{&skills, `select id, name from skills s where exists (select from job_skills js where js.skill_id = s.id) order by name_key collate "nb-x-icu", id`},
	} {
		if err := db.q(ctx).Raw(c.sql).Scan(c.to).Error; err != nil {
			return nil, nil, nil, mapped(err)
		}
	}
	return teams, clips, skills, nil
}
