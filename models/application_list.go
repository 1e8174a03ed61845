package models

import (
	"context"
	"maps"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// ApplicationFilter picks applications of a list; empty fields pick all.
type ApplicationFilter struct {
	JobID       *uuid.UUID
	Stage       string
	CreditedID  *uuid.UUID // the employee whom the credit that holds is given to
	LeaderID    *uuid.UUID // who leads the job
	CandidateID *uuid.UUID
	Overdue     bool      // only those whose candidates have waited longer than they were promised, the longest first
	From, To    time.Time // days of submission, both included; zero is without end
	Team        string    // of who is credited, by id, or None
	Channel     string    // of the link that is credited, or None
	ClipID      *uuid.UUID
	SkillID     *uuid.UUID
	Source      string // one of Sources
	Qualified   bool
	Outcome     string // one of Outcomes
	Left        string // a stage that it was in and is in no longer
	Cursor      string // where the page before ended
	Limit       int    // at most 200; 0 means 50
}

// Applications are the applications that by may see, newest first, with candidate, job, link and the credits that hold;
// next is the cursor of the page after, empty on the last. HR sees all, leaders those for jobs they lead, others none.
func (db *DB) Applications(ctx context.Context, by User, f ApplicationFilter) (apps []Application, next string, err error) {
	q := db.seenApplications(db.q(ctx), by).Preload("Candidate").Preload("Job").Preload("Link").
		Preload("Credits", holding).Preload("Credits.User")
	if f.Stage != "" && !Stages.Has(f.Stage) {
		return nil, "", Invalid("stage", "error.choose")
	}
	q = f.narrow(q)
	if f.Overdue {
		return db.overdueApplications(ctx, q, f)
	}
	if q, err = older(q, "applications.submitted_at", "applications.id", f.Cursor); err != nil {
		return nil, "", err
	}
	n := limited(f.Limit)
	err = q.Order("applications.submitted_at desc, applications.id desc").Limit(n + 1).Find(&apps).Error
	if err == nil && len(apps) > n {
		apps = apps[:n]
		next = timeCursor(apps[n-1].SubmittedAt, apps[n-1].ID)
	}
	return apps, next, mapped(err)
}

// overdueApplications are those whose promise is broken; there is no page after.
func (db *DB) overdueApplications(ctx context.Context, q *gorm.DB, f ApplicationFilter) ([]Application, string, error) {
	rules, err := db.CandidateRules(ctx)
	if err != nil {
		return nil, "", err
	}
	var apps []Application
	err = rules.overdue(q, db.Now()).Order("applications.stage_since, applications.id").Limit(limited(f.Limit)).Find(&apps).Error
	return apps, "", mapped(err)
}

// narrow keeps to what the filter asks for.
func (f ApplicationFilter) narrow(q *gorm.DB) *gorm.DB {
	if f.JobID != nil {
		q = q.Where("applications.job_id = ?", *f.JobID)
	}
	if f.Stage != "" {
		q = q.Where("applications.stage = ?", f.Stage)
	}
	if f.reported() {
		args := f.report().args()
		maps.Copy(args, f.listedArgs())
		q = q.Where(conditions("applications.id in (select a.id from applications a where {applications} and {referred} and {listed})"), args)
	}
	if f.LeaderID != nil {
		q = q.Where("exists (select 1 from jobs j where j.id = applications.job_id and j.leader_id = ?)", *f.LeaderID)
	}
	if f.CandidateID != nil {
		q = q.Where("applications.candidate_id = ?", *f.CandidateID)
	}
	return q
}

// reported tells whether the list is narrowed as a report is.
func (f ApplicationFilter) reported() bool {
	return f.CreditedID != nil || f.ClipID != nil || f.SkillID != nil || !f.From.IsZero() || !f.To.IsZero() || f.Qualified ||
		f.Team+f.Channel+f.Source+f.Outcome+f.Left != ""
}

// report is what a report must be about to count the applications of this list.
func (f ApplicationFilter) report() ReferralFilter {
	return ReferralFilter{
		JobID: f.JobID, ClipID: f.ClipID, SkillID: f.SkillID, UserID: f.CreditedID, Team: f.Team, Channel: f.Channel, From: f.From, To: f.To,
	}
}

// listedArgs are the values that only lists ask for, by the names that the conditions have for them.
func (f ApplicationFilter) listedArgs() map[string]any {
	args := map[string]any{"source": none(f.Source), "outcome": none(f.Outcome), "left": none(f.Left), "stage": none(f.Stage), "qualified": nil}
	if f.Qualified {
		args["qualified"] = true
	}
	return args
}

// CountApplications is how many applications of a list by may see, and how many more are counted whose candidates were erased: those are
// left as numbers, and HR alone is told of them.
func (db *DB) CountApplications(ctx context.Context, by User, f ApplicationFilter) (n, erased int64, err error) {
	if err := f.narrow(db.seenApplications(db.q(ctx).Model(&Application{}), by)).Count(&n).Error; err != nil {
		return 0, 0, mapped(err)
	}
	if by.Is(RoleHR) {
		err = f.narrow(db.q(ctx).Model(&Application{}).Where("applications.candidate_id is null")).Count(&erased).Error
	}
	return n, erased, mapped(err)
}

// Application is the application of that id with candidate, job, link and the credits that hold; ErrNotFound where by may not see it.
func (db *DB) Application(ctx context.Context, by User, id uuid.UUID) (Application, error) {
	var a Application
	err := db.seenApplications(db.q(ctx), by).Preload("Candidate").Preload("Job").Preload("Link").
		Preload("Credits", holding).Preload("Credits.User").Where("applications.id = ?", id).Take(&a).Error
	return a, mapped(err)
}

// seenApplications keeps to the applications that by may see.
func (db *DB) seenApplications(q *gorm.DB, by User) *gorm.DB {
	q = q.Where("applications.candidate_id is not null")
	switch {
	case by.Is(RoleHR):
		return q
	case by.Is(RoleLeader):
		return q.Where("exists (select 1 from jobs j where j.id = applications.job_id and j.leader_id = ?)", by.ID)
	}
	return q.Where("false")
}

// LeadsJob is ErrNotFound where by may not see the applications for that job: HR may see all, leaders those for jobs they lead.
func (db *DB) LeadsJob(ctx context.Context, by User, id uuid.UUID) error {
	j, err := db.SeenJob(ctx, by, id)
	if err == nil && !by.Is(RoleHR) && (j.LeaderID == nil || *j.LeaderID != by.ID) {
		return ErrNotFound
	}
	return err
}

// holding keeps to who is credited by the newest round of each application, the largest share first.
func holding(q *gorm.DB) *gorm.DB { return newestRound(q).Where("credits.weight > 0") }

// newestRound keeps to each application's newest round, those who are named without a share included.
func newestRound(q *gorm.DB) *gorm.DB {
	return q.Where("credits.round = (select max(c.round) from credits c where c.application_id = credits.application_id)").
		Order("credits.weight desc, credits.id")
}

// Undecided are the applications for a job whose candidates wait to hear, the oldest first, of those that by may see.
func (db *DB) Undecided(ctx context.Context, by User, jobID uuid.UUID) ([]Application, error) {
	var apps []Application
	err := db.seenApplications(db.q(ctx), by).Preload("Candidate").Preload("Job").
		Where("applications.job_id = ? and applications.stage in ?", jobID, []string(UndecidedStages)).
		Order("applications.submitted_at, applications.id").Find(&apps).Error
	return apps, mapped(err)
}
