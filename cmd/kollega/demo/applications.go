package demo

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/internal/document"
	"kollega/models"
)

// paper is everything that is stored of applications.
type paper struct {
	candidates, applications, changes, touches, credits [][]any
	marks, notes, mentions                              [][]any

	newest map[int]written // of each job
}

// written is an application that colleagues write about.
type written struct {
	id uuid.UUID
	at time.Time
}

// apply stores the applications that visits ended in, with what became of them.
func (d *demo) apply(ctx context.Context, all []applying) error {
	p := paper{newest: map[int]written{}}
	names := newNames(d.rng, "example.com")
	slices.SortFunc(all, func(a, b applying) int { return a.at.Compare(b.at) })
	for i, a := range all {
		if err := d.application(ctx, &p, i, a, names, i >= len(all)-withCV && i%2 == 0); err != nil {
			return err
		}
	}
	d.discuss(&p)
	d.result.Applications = len(all)
	d.Say("%d applications", len(all))
	return d.file(ctx, p)
}

// file stores papers.
func (d *demo) file(ctx context.Context, p paper) error {
	return pgx.BeginFunc(ctx, d.db.Pool(), func(tx pgx.Tx) error {
		for _, t := range []struct {
			name    string
			columns []string
			rows    [][]any
		}{
			{"candidates", []string{"id", "email", "email_key", "name", "phone", "language", "created_at", "updated_at", "pool_until"}, p.candidates},
			{"applications", []string{
				"id", "candidate_id", "job_id", "stage", "reached", "skills_seen", "message", "heard_from", "link_id", "click_id", "clip_id",
				"cv_key", "cv_name", "cv_type", "cv_size", "submitted_at", "updated_at", "stage_since", "colleague_learns", "erased_at",
			}, p.applications},
			{"stage_changes", []string{"id", "application_id", "from_stage", "to_stage", "user_id", "at"}, p.changes},
			{"notes", []string{"id", "application_id", "change_id", "user_id", "text", "at"}, p.notes},
			{"mentions", []string{"note_id", "user_id", "at", "mailed_at"}, p.mentions},
			{"skill_marks", []string{"id", "application_id", "skill_id", "mark", "user_id", "at"}, p.marks},
			{"touches", []string{"id", "application_id", "kind", "user_id", "link_id", "channel", "event_id", "at", "class"}, p.touches},
			{"credits", []string{"id", "application_id", "user_id", "link_id", "weight", "policy", "reason", "reason_args", "event_id", "touched_at", "at"}, p.credits},
		} {
			if err := fill(ctx, tx, t.name, t.columns, t.rows); err != nil {
				return err
			}
		}
		return nil
	})
}

// application adds one candidate's.
func (d *demo) application(ctx context.Context, p *paper, number int, a applying, names *names, cv bool) error {
	j := d.jobs[a.job]
	name, address := names.next()
	candidate, id := models.NewID(), models.NewID()
	phone, message, heard := "", "", ""
	if d.rng.IntN(3) > 0 {
		phone = invented(number)
	}
	if d.rng.IntN(5) > 0 {
		message = j.words[d.rng.IntN(len(j.words))]
	}
	var linkID *uuid.UUID
	if a.link >= 0 {
		linkID = &d.links[a.link].id
	}
	if d.rng.IntN(3) == 0 {
		heard = d.heard(a, j.language)
	}
	var until *time.Time
	if d.rng.IntN(3) == 0 {
		day := a.at.AddDate(1, 0, 0).Truncate(24 * time.Hour)
		until = &day
	}
	key, size, file, kind := "", 0, "", ""
	if cv {
		var err error
		if key, size, err = d.cv(ctx, name, j); err != nil {
			return err
		}
		file, kind = "CV "+name+".pdf", document.PDF.Type
	}
	way := d.journey(a, j.language)
	stage, reached, at := models.StageNew, models.StageNew, a.at
	for _, s := range way {
		step := models.NewID()
		p.changes = append(p.changes, []any{step, id, stage, s.stage, s.by, s.at})
		if s.note != "" {
			p.notes = append(p.notes, []any{models.NewID(), id, step, s.by, s.note, s.at})
		}
		if stage, at = s.stage, s.at; stage != models.StageRejected && stage != models.StageWithdrawn {
			reached = stage
		}
	}
	if stage == models.StageHired {
		d.result.Hires++
	}
	p.newest[a.job] = written{id, a.at}
	p.candidates = append(p.candidates, []any{candidate, address, models.EmailKey(address), name, phone, j.language, a.at, a.at, until})
	p.applications = append(p.applications, []any{
		id, candidate, j.id, stage, reached, len(way) > 0 && d.judge(p, id, j, way[0]), message, heard, linkID, a.click, a.clip,
		key, file, kind, size, a.at, at, at, learns(number), nil,
	})
	if linkID != nil {
		l := d.links[a.link]
		owner := d.house.staff[l.owner].id
		p.touches = append(p.touches, []any{models.NewID(), id, models.TouchLink, owner, l.id, l.channel, a.click, a.at, models.ClassHuman})
		p.credits = append(p.credits, []any{
			models.NewID(), id, owner, l.id, 1.0, models.PolicyLastLink, "credit.last_link", map[string]any{"Channel": l.channel}, a.click, a.at, a.at,
		})
	}
	return nil
}

// learns is what a candidate lets the colleague know: some how far it has come, a few who they are.
func learns(number int) string {
	switch {
	case number%7 == 3:
		return models.LearnsName
	case number%2 == 0:
		return models.LearnsProgress
	}
	return models.LearnsReceived
}

// heard is the candidate's own answer to who told them.
func (d *demo) heard(a applying, language string) string {
	if a.link >= 0 {
		return d.house.staff[d.links[a.link].owner].name
	}
	if language == "nb" {
		return []string{"En venn på jobb hos dere", "Plakaten på biblioteket", "Så videoen på Facebook"}[d.rng.IntN(3)]
	}
	return []string{"A friend who works with you", "The poster at the library", "Saw the clip on Facebook"}[d.rng.IntN(3)]
}

// invented is a telephone number that cannot be anybody's: in Norway none begins with 0.
func invented(n int) string {
	digits := []byte("+47 00 00 00 00")
	for at := len(digits) - 1; at > 8 && n > 0; at-- {
		if digits[at] == ' ' {
			continue
		}
		digits[at] = byte('0' + n%10)
		n /= 10
	}
	return string(digits)
}
