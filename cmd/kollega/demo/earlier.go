package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/internal/auth"
	"kollega/models"
)

// filled is a job of an earlier year, with what became of those who applied.
type filled struct {
	like    int // whose skills it required, in positions
	title   string
	hired   int // months before today
	days    int // and days, since when the question of that mark waits
	applied int // the first by a colleague's link and the second by the open door were hired
	left    int // after how many months one of the hired had left; 0: nobody had
	leaver  int // which
	silent  bool
}

// earlierJobs are filled long enough ago that it was asked whether those who were hired are still there.
var earlierJobs = []filled{
	{0, "Sykepleier i hjemmetjenesten, Nord", 14, 9, 7, 0, 0, false},
	{0, "Sykepleier på sykehjem", 9, 20, 6, 6, 1, false},
	{1, "Backend developer, payments", 12, 40, 6, 0, 0, false},
	{2, "Kokk til sykehjem", 6, 21, 5, 0, 0, true},
	{3, "Electrician for sports halls", 3, 4, 6, 0, 0, true},
	{3, "Electrician, heat pumps", 13, 2, 5, 3, 0, false},
}

// earlierHired is how many people each of them found.
const earlierHired = 2

// earlier stores these jobs with their applications, of which by now little more than counts is left, and what leaders said since.
func (d *demo) earlier(ctx context.Context) error {
	rng := rand.New(rand.NewPCG(7, 61)) //nolint:gosec // the same each time, and no secret
	names := newNames(rng, "example.net")
	var p paper
	var jobs, skills, links, stays [][]any
	for _, f := range earlierJobs {
		at := d.now.AddDate(0, -f.hired, -f.days)
		id, leader := models.NewID(), d.house.staff[d.jobs[f.like].team].id
		began := at.AddDate(0, 0, -50)
		jobs = append(jobs, []any{id, "tidligere-" + id.String()[24:], f.title, models.JobFilled, leader, d.house.hr.id, began, at, began, at})
		owned, err := d.skillsOf(ctx, d.jobs[f.like].id, id)
		if err != nil {
			return err
		}
		skills = append(skills, owned...)
		for n := range f.applied {
			var link *uuid.UUID
			owner := rng.IntN(len(d.house.staff))
			channel := channelUse[rng.IntN(len(channelUse))].name
			if n%3 != 1 {
				link = new(models.NewID())
				links = append(links, []any{*link, auth.NewLinkCode(), d.house.staff[owner].id, id, channel, began.Add(24 * time.Hour)})
			}
			a := past{id: models.NewID(), job: id, link: link, channel: channel, owner: d.house.staff[owner].id, leader: leader, number: n, submitted: began.AddDate(0, 0, 5+n), over: at}
			p.past(d, a, names)
			if n < earlierHired {
				stays = append(stays, d.stayed(a, f, n)...)
			}
		}
	}
	err := pgx.BeginFunc(ctx, d.db.Pool(), func(tx pgx.Tx) error {
		columns := []string{"id", "slug", "title", "status", "leader_id", "created_by", "published_at", "closed_at", "created_at", "updated_at"}
		if err := fill(ctx, tx, "jobs", columns, jobs); err != nil {
			return err
		}
		if err := fill(ctx, tx, "job_skills", []string{"job_id", "skill_id", "need", "position"}, skills); err != nil {
			return err
		}
		return fill(ctx, tx, "links", []string{"id", "code", "user_id", "job_id", "channel", "created_at"}, links)
	})
	if err != nil {
		return err
	}
	if err := d.file(ctx, p); err != nil {
		return err
	}
	d.Say("%d jobs that were filled earlier", len(jobs))
	return pgx.BeginFunc(ctx, d.db.Pool(), func(tx pgx.Tx) error {
		return fill(ctx, tx, "stays", []string{"id", "application_id", "months", "asked_of", "asked_at", "still", "answered_by", "answered_at"}, stays)
	})
}

// skillsOf are one job's skills as another's.
func (d *demo) skillsOf(ctx context.Context, of, as uuid.UUID) ([][]any, error) {
	j, err := d.db.Job(ctx, of)
	if err != nil {
		return nil, err
	}
	var rows [][]any
	for _, s := range j.Skills {
		rows = append(rows, []any{as, s.SkillID, s.Need, s.Position})
	}
	return rows, nil
}

// past is an application of an earlier year.
type past struct {
	id, job, owner, leader uuid.UUID
	link                   *uuid.UUID
	channel                string
	number                 int
	submitted, over        time.Time
}

// past adds an application: the first were hired, the next came to an interview. What has had its time is a count.
func (p *paper) past(d *demo, a past, names *names) {
	stage, reached := models.StageRejected, models.StageScreening
	kept := d.now.AddDate(0, -6, 0)
	switch {
	case a.number < earlierHired:
		stage, reached, kept = models.StageHired, models.StageHired, d.now.AddDate(-1, 0, 0)
	case a.number < earlierHired+2:
		reached = models.StageInterview
	}
	var candidate *uuid.UUID
	var erased *time.Time
	if a.over.Before(kept) {
		erased = new(a.over.Add(d.now.Sub(kept)))
	} else {
		candidate = new(models.NewID())
		name, address := names.next()
		p.candidates = append(p.candidates, []any{*candidate, address, models.EmailKey(address), name, "", "nb", a.submitted, a.submitted, nil})
	}
	p.applications = append(p.applications, []any{
		a.id, candidate, a.job, stage, reached, false, "", "", a.link, nil, nil, "", "", "", 0, a.submitted, a.over, a.over, models.LearnsReceived, erased,
	})
	p.changes = append(p.changes, []any{models.NewID(), a.id, models.StageNew, reached, d.house.hr.id, a.submitted.AddDate(0, 0, 6)})
	if stage != reached {
		p.changes = append(p.changes, []any{models.NewID(), a.id, reached, stage, a.leader, a.over})
	}
	if a.link == nil {
		return
	}
	if erased == nil {
		p.touches = append(p.touches, []any{models.NewID(), a.id, models.TouchLink, a.owner, *a.link, a.channel, nil, a.submitted, models.ClassHuman})
	}
	p.credits = append(p.credits, []any{
		models.NewID(), a.id, a.owner, *a.link, 1.0, models.PolicyLastLink, "credit.last_link", map[string]any{"Channel": a.channel}, nil, a.submitted, a.submitted,
	})
}

// stayed is what was asked and answered about somebody who was hired.
func (d *demo) stayed(a past, f filled, n int) [][]any {
	var rows [][]any
	for _, mark := range models.StayMarks {
		asked := a.over.AddDate(0, mark, 0)
		if asked.After(d.now) {
			break
		}
		var still *bool
		var by *uuid.UUID
		var answered *time.Time
		if !f.silent || mark != f.hired {
			still, by, answered = new(n != f.leaver || f.left == 0 || mark < f.left), &a.leader, new(asked.Add(30*time.Hour))
		}
		rows = append(rows, []any{models.NewID(), a.id, mark, a.leader, asked, still, by, answered})
		if still != nil && !*still {
			break
		}
	}
	return rows
}
