package models

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func fullJob() JobInput {
	return JobInput{
		Title: "Sykepleier på natt", Description: "Vi trenger **deg**.", Location: "Bergen", Country: "NO", EmploymentType: "FULL_TIME",
		PayMin: new(500000.0), PayMax: new(600000.0), PayCurrency: "NOK", PayPeriod: "YEAR",
		Skills: []SkillInput{{"Legemiddelhåndtering", "required"}, {"Norsk", "nice"}},
	}
}

func fields(err error) string {
	var ves ValidationErrors
	var ve *ValidationError
	switch {
	case errors.As(err, &ves):
		return ves.Error()
	case errors.As(err, &ve):
		return ve.Error()
	case err != nil:
		return err.Error()
	}
	return ""
}

func TestJobFieldsAreChecked(t *testing.T) {
	t.Parallel()
	db := testDB(t)
	tests := []struct {
		name   string
		change func(*JobInput)
		want   string
	}{
		{"all well", func(*JobInput) {}, ""},
		{"no title", func(in *JobInput) { in.Title = " \n" }, "title: error.required"},
		{"long title", func(in *JobInput) { in.Title = strings.Repeat("ø", 151) }, "title: error.too_long"},
		{"long description", func(in *JobInput) { in.Description = strings.Repeat("ø", 20_001) }, "description: error.too_long"},
		{"NUL", func(in *JobInput) { in.Description = "a\x00b" }, "description: error.characters"},
		{"no country", func(in *JobInput) { in.Country = "" }, ""},
		{"country in small letters", func(in *JobInput) { in.Country = "no" }, ""},
		{"no such country", func(in *JobInput) { in.Country = "QX" }, "country: error.choose"},
		{"a continent", func(in *JobInput) { in.Country = "150" }, "country: error.choose"},
		{"an old name of a country", func(in *JobInput) { in.Country = "UK" }, "country: error.choose"},
		{"employment type", func(in *JobInput) { in.EmploymentType = "SLAVE" }, "employment_type: error.choose"},
		{"negative pay", func(in *JobInput) { in.PayMin = new(-1.0) }, "pay_min: job.pay.amount"},
		{"pay is no number", func(in *JobInput) { in.PayMin = new(math.NaN()) }, "pay_min: job.pay.amount"},
		{"pay upside down", func(in *JobInput) { in.PayMin = new(700000.0) }, "pay_max: job.pay.order"},
		{"no currency", func(in *JobInput) { in.PayCurrency = "" }, "pay_currency: job.pay.currency"},
		{"no such currency", func(in *JobInput) { in.PayCurrency = "QQQ" }, "pay_currency: job.pay.currency"},
		{"no period", func(in *JobInput) { in.PayPeriod = "" }, "pay_period: error.choose"},
		{"no pay at all", func(in *JobInput) { in.PayMin, in.PayMax = nil, nil }, ""},
		{"plain http", func(in *JobInput) { in.ApplyURL = "http://example.org/" }, "apply_url: job.apply_url.https"},
		{"script", func(in *JobInput) { in.ApplyURL = "javascript:alert(1)" }, "apply_url: job.apply_url.https"},
		{"https", func(in *JobInput) { in.ApplyURL = " https://example.org/apply?id=1 " }, ""},
		{"nobody's id as leader", func(in *JobInput) { in.LeaderID = new(NewID()) }, "leader_id: error.choose"},
		{"unknown need", func(in *JobInput) { in.Skills[0].Need = "" }, "skills: error.choose"},
	}
	for _, test := range tests {
		in := fullJob()
		test.change(&in)
		_, err := db.CreateJob(t.Context(), nil, in)
		if got := fields(err); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestSlugs(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Sykepleier på natt":             "sykepleier-pa-natt",
		"Kjøkkenhjelp / Ærlig Å":         "kjokkenhjelp-aerlig-a",
		"  Ingénieur (m/f) — QA":         "ingenieur-m-f-qa",
		"你好":                             "job",
		strings.Repeat("x", 90):          strings.Repeat("x", 60),
		"a " + strings.Repeat("bc ", 40): "a-" + strings.TrimSuffix(strings.Repeat("bc-", 19), "-"),
	} {
		if got := slug(title); got != want {
			t.Errorf("slug(%q) = %q, want %q", title, got, want)
		}
	}
}

func TestJobKeepsItsAddressAndSharesSkills(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	one, err := db.CreateJob(ctx, nil, fullJob())
	if err != nil {
		t.Fatal(err)
	}
	in := fullJob()
	in.Skills = []SkillInput{{" norsk ", "nice"}, {"", ""}, {"NORSK", "required"}, {"Fagbrev", "nice"}}
	two, err := db.CreateJob(ctx, nil, in)
	if err != nil {
		t.Fatal(err)
	}
	if one.Slug != "sykepleier-pa-natt" || two.Slug == one.Slug || !strings.HasPrefix(two.Slug, one.Slug+"-") {
		t.Errorf("addresses %q and %q", one.Slug, two.Slug)
	}
	if len(two.Skills) != 2 || two.Skills[0].Skill.Name != "Norsk" || two.Skills[0].Need != "required" || two.Skills[1].Skill.Name != "Fagbrev" {
		t.Errorf("skills %+v", two.Skills)
	}
	in = one.Input()
	in.Title, in.Skills = "Noe annet", in.Skills[:1]
	changed, err := db.UpdateJob(ctx, one.ID, in)
	if err != nil || changed.Slug != one.Slug || changed.Title != "Noe annet" || len(changed.Skills) != 1 {
		t.Errorf("changed to %+v, %v", changed, err)
	}
	names, err := db.SkillNames(ctx, 10)
	if err != nil || len(names) != 3 {
		t.Errorf("skills in use %v, %v", names, err)
	}
}

func TestJobSteps(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	at(db, time.Date(2026, 5, 10, 12, 0, 0, 0, time.UTC))
	bare, err := db.CreateJob(ctx, nil, JobInput{Title: "Kokk", Deadline: new(time.Date(2026, 5, 9, 0, 0, 0, 0, time.UTC))})
	if err != nil {
		t.Fatal(err)
	}
	want := "description: job.needs.description; location: job.needs.place; deadline: job.needs.deadline"
	if got := fields(db.SetJobStatus(ctx, bare.ID, JobPublished)); got != want {
		t.Errorf("publishing a bare job: got %q, want %q", got, want)
	}
	in := fullJob()
	in.Deadline = new(time.Date(2026, 5, 10, 0, 0, 0, 0, time.UTC))
	job, err := db.CreateJob(ctx, nil, in)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		to   string
		want string
		open int
	}{
		{JobClosed, "conflict: job.conflict.status", 0},
		{JobPublished, "", 1},
		{JobPublished, "", 1},
		{JobDraft, "conflict: job.conflict.status", 1},
		{JobClosed, "", 0},
		{JobPublished, "", 1},
		{JobFilled, "", 0},
		{JobPublished, "", 1},
	} {
		if got := fields(db.SetJobStatus(ctx, job.ID, step.to)); got != step.want {
			t.Errorf("to %s: got %q, want %q", step.to, got, step.want)
		}
		if open, err := db.OpenJobs(ctx); err != nil || len(open) != step.open {
			t.Errorf("after %s: %d open jobs, %v, want %d", step.to, len(open), err, step.open)
		}
	}
	in.Description = ""
	if _, err := db.UpdateJob(ctx, job.ID, in); fields(err) != "description: job.needs.description" {
		t.Errorf("emptying a published job: %v", err)
	}
	at(db, time.Date(2026, 5, 11, 0, 0, 1, 0, time.UTC))
	if open, err := db.OpenJobs(ctx); err != nil || len(open) != 0 {
		t.Errorf("the day after the deadline: %d open jobs, %v", len(open), err)
	}
	rows, err := db.JobRows(ctx, JobFilter{Status: JobPublished})
	if err != nil || len(rows) != 1 || rows[0].Title != in.Title || rows[0].ClipCount != 0 {
		t.Errorf("rows %+v, %v", rows, err)
	}
	first, err := db.JobRows(ctx, JobFilter{Limit: 1})
	if err != nil || len(first) != 1 {
		t.Fatalf("first page %+v, %v", first, err)
	}
	rest, err := db.JobRows(ctx, JobFilter{Limit: 1, Before: &Cursor{first[0].CreatedAt, first[0].ID}})
	if err != nil || len(rest) != 1 || rest[0].ID == first[0].ID {
		t.Errorf("second page %+v, %v", rest, err)
	}
}
