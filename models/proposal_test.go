package models_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"kollega/models"
)

// cast are the people around a proposal.
type cast struct{ proposer, jobLeader, teamLeader, hr models.User }

func newCast(t *testing.T, db *models.DB) cast {
	t.Helper()
	add := func(email, role, team string) models.User {
		u, err := db.AddUser(t.Context(), models.System(), models.NewUser{Email: email, Name: email, Role: role, Team: team})
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	c := cast{
		jobLeader: add("jobb@example.org", models.RoleLeader, ""), teamLeader: add("team@example.org", models.RoleLeader, ""),
		proposer: add("per@example.org", models.RoleEmployee, "Natt"), hr: add("hr@example.org", models.RoleHR, ""),
	}
	if err := db.ChangeTeam(t.Context(), *c.proposer.TeamID, "Natt", &c.teamLeader.ID); err != nil {
		t.Fatal(err)
	}
	return c
}

// propose is a proposal whose clip has just been made.
func propose(t *testing.T, db *models.DB, by models.User, job *models.Job, title string) models.Proposal {
	t.Helper()
	in := models.ProposalInput{Title: title}
	if job != nil {
		in.JobID = &job.ID
	}
	p, clip, err := db.NewProposal(t.Context(), by, in, models.ClipInput{Language: "nb", Filename: "a.mp4", Size: 10})
	if err == nil {
		err = db.CreateProposal(t.Context(), p, clip)
	}
	if err == nil {
		err = db.FinishUpload(t.Context(), clip.ID)
	}
	if err == nil {
		clip, err = db.ClaimClip(t.Context(), clip.ID)
	}
	if err == nil {
		err = db.ClipMade(t.Context(), clip, models.Made{Duration: 5, Width: 640, Height: 360, Files: []models.ClipFile{{Name: "video", Key: models.ClipKey(), ContentType: "video/mp4", Size: 1}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func led(t *testing.T, db *models.DB, leader *uuid.UUID) models.Job {
	t.Helper()
	job, err := db.AddJob(t.Context(), nil, models.JobInput{
		Title: "Elektriker", Description: "Fin jobb", Location: "Bodø", Country: "NO", EmploymentType: "FULL_TIME", LeaderID: leader,
	}, models.JobPublished)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

// mails are how many mails of a kind wait for each person.
func mails(t *testing.T, db *models.DB, kind string, to models.User) (n int) {
	t.Helper()
	err := db.Pool().QueryRow(t.Context(), `select count(*) from river_job where kind = 'send_mail' and args->>'mail' = $1 and args->>'to' = $2`, kind, to.ID.String()).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestProposalWithoutAnAnswerGoesOn(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	c := newCast(t, db)
	exec(t, db, `update users set joined_at = created_at`) // mails go to nobody before
	start := clock.now
	job := led(t, db, &c.jobLeader.ID)
	p := propose(t, db, c.proposer, &job, "")
	for _, step := range []struct {
		days     int
		holder   *models.User
		asked    models.User
		moved    int
		late     int // for HR's screen
		reminded int // mails to HR so far
	}{
		{0, &c.jobLeader, c.jobLeader, 0, 0, 0},
		{4, &c.jobLeader, c.jobLeader, 0, 0, 0},
		{5, &c.teamLeader, c.teamLeader, 1, 0, 0},
		{9, &c.teamLeader, c.teamLeader, 0, 0, 0},
		{10, nil, c.hr, 1, 0, 0},
		{14, nil, c.hr, 0, 0, 0},
		{15, nil, c.hr, 0, 1, 1},
		{19, nil, c.hr, 0, 1, 1},
		{20, nil, c.hr, 0, 1, 2},
		{100, nil, c.hr, 0, 1, 3},
	} {
		clock.now = start.AddDate(0, 0, step.days)
		moved, err := db.GoOnProposals(t.Context())
		if err != nil || moved != step.moved {
			t.Fatalf("day %d: moved %d (%v), want %d", step.days, moved, err, step.moved)
		}
		got, err := db.OwnProposal(t.Context(), c.proposer.ID, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case got.State != models.ProposalWaiting:
			t.Errorf("day %d: it is %s", step.days, got.State)
		case (got.HolderID == nil) != (step.holder == nil) || step.holder != nil && *got.HolderID != step.holder.ID:
			t.Errorf("day %d: with %v, want %v", step.days, got.Holder, step.holder)
		}
		if n := mails(t, db, models.MailProposed, step.asked); n != 1 {
			t.Errorf("day %d: %d mails to %s, want one", step.days, n, step.asked.Name)
		}
		want, err := db.CountProposals(t.Context(), step.asked)
		if err != nil || want != 1 {
			t.Errorf("day %d: %d wait for %s (%v), want one", step.days, want, step.asked.Name, err)
		}
		if late, err := db.CountLateProposals(t.Context(), c.hr); err != nil || late != step.late {
			t.Errorf("day %d: %d have waited too long for HR (%v), want %d", step.days, late, err, step.late)
		}
		if n := mails(t, db, models.MailProposalsWait, c.hr); n != step.reminded {
			t.Errorf("day %d: %d reminders to HR, want %d", step.days, n, step.reminded)
		}
	}
	if n, err := db.CountLateProposals(t.Context(), c.teamLeader); err != nil || n != 0 {
		t.Errorf("a leader is told that %d are late (%v)", n, err)
	}
	got, err := db.OwnProposal(t.Context(), c.proposer.ID, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, s := range got.Steps {
		kinds = append(kinds, s.Kind)
	}
	if want := []string{"sent", "asked", "went_on", "went_on", "asked", "asked", "asked"}; !slices.Equal(kinds, want) {
		t.Errorf("history %v, want %v", kinds, want)
	}
	if _, err := db.SeenProposal(t.Context(), c.teamLeader, p.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a leader whose turn is over still sees it: %v", err)
	}
	if _, err := db.ApproveProposal(t.Context(), c.jobLeader, p.ID, models.ProposalJob{}); err != nil {
		t.Errorf("the job's leader comes late, and may still answer: %v", err)
	}
	clock.now = start.AddDate(0, 0, 200)
	if _, err := db.GoOnProposals(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := mails(t, db, models.MailProposalsWait, c.hr); n != 3 {
		t.Errorf("%d reminders to HR although it is decided, want 3", n)
	}
}

// TestHRSeesItsOwnProposalsFirst has an approved clip without a job, which waits for HR, beside one that a leader is asked about.
func TestHRSeesItsOwnProposalsFirst(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	c := newCast(t, db)
	job := led(t, db, &c.jobLeader.ID)
	other := propose(t, db, c.proposer, &job, "")
	clock.now = clock.now.AddDate(0, 0, 1)
	homeless := propose(t, db, c.proposer, nil, "Vikar")
	if _, err := db.ApproveProposal(t.Context(), c.teamLeader, homeless.ID, models.ProposalJob{}); err != nil {
		t.Fatal(err)
	}
	open, _, err := db.SeenProposals(t.Context(), c.hr)
	if err != nil || len(open) != 2 || open[0].ID != homeless.ID || open[1].ID != other.ID {
		t.Fatalf("HR sees %+v, %v", open, err)
	}
	if moment := clock.now.AddDate(0, 0, -5); open[0].LateSince(moment) || open[1].LateSince(clock.now) || !open[0].LateSince(clock.now) {
		t.Error("late is what has waited for HR since then")
	}
	mine, _, err := db.SeenProposals(t.Context(), c.jobLeader)
	if err != nil || len(mine) != 1 || mine[0].ID != other.ID {
		t.Errorf("the leader sees %+v, %v", mine, err)
	}
	clock.now = clock.now.AddDate(0, 0, 5)
	if _, err := db.GoOnProposals(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := mails(t, db, models.MailProposalsWait, c.hr); n != 1 {
		t.Errorf("%d reminders that a clip needs a job, want one", n)
	}
}

func TestWhoIsAskedFirst(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	c := newCast(t, db)
	job, free := led(t, db, &c.jobLeader.ID), led(t, db, nil)
	holder := func(p models.Proposal) *uuid.UUID {
		got, err := db.OwnProposal(t.Context(), p.UserID, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		return got.HolderID
	}
	for _, line := range []struct {
		name string
		by   models.User
		job  *models.Job
		want *models.User
	}{
		{"the job's leader", c.proposer, &job, &c.jobLeader},
		{"the team's leader where the job has none", c.proposer, &free, &c.teamLeader},
		{"the team's leader where the job is not written", c.proposer, nil, &c.teamLeader},
		{"HR where nobody leads", c.teamLeader, &free, nil},
		{"HR where it is the leader's own", c.jobLeader, &job, nil},
	} {
		got := holder(propose(t, db, line.by, line.job, "Vikar"))
		if (got == nil) != (line.want == nil) || got != nil && *got != line.want.ID {
			t.Errorf("%s: got %v", line.name, got)
		}
	}
	p := propose(t, db, c.proposer, &job, "")
	if _, err := db.Pool().Exec(t.Context(), "update users set deactivated_at = now() where id = $1", c.jobLeader.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := db.GoOnProposals(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := holder(p); got == nil || *got != c.teamLeader.ID {
		t.Errorf("who has left is still waited for: %v", got)
	}
}

func TestApprovedProposalBecomesItsJobsClip(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	c := newCast(t, db)
	job := led(t, db, &c.jobLeader.ID)
	p := propose(t, db, c.proposer, &job, "")
	if cs, err := db.JobClips(t.Context(), job.ID); err != nil || len(cs) != 0 {
		t.Errorf("a proposal is among the job's clips: %v, %v", cs, err)
	}
	if _, err := db.ApproveProposal(t.Context(), c.jobLeader, p.ID, models.ProposalJob{}); err != nil {
		t.Fatal(err)
	}
	cs, err := db.JobClips(t.Context(), job.ID)
	if err != nil || len(cs) != 1 || cs[0].Status != models.ClipReady {
		t.Fatalf("got %+v, %v, want one clip, not published", cs, err)
	}
	for name, err := range map[string]error{
		"approve again": second(db.ApproveProposal(t.Context(), c.hr, p.ID, models.ProposalJob{JobID: &job.ID})),
		"decline":       db.DeclineProposal(t.Context(), c.hr, p.ID, "Nei"),
		"withdraw":      db.WithdrawProposal(t.Context(), c.proposer.ID, p.ID),
	} {
		if !errors.Is(err, models.ErrConflict) {
			t.Errorf("%s: got %v, want a conflict", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestProposalForAJobNotYetWritten(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	c := newCast(t, db)
	p := propose(t, db, c.proposer, nil, "Vikar på natt")
	if job, err := db.ApproveProposal(t.Context(), c.teamLeader, p.ID, models.ProposalJob{}); err != nil || job != nil {
		t.Fatalf("got %v, %v", job, err)
	}
	if n, err := db.CountProposals(t.Context(), c.hr); err != nil || n != 1 {
		t.Errorf("%d wait for HR to find a job (%v), want one", n, err)
	}
	if err := db.PublishClip(t.Context(), *p.ClipID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a clip without a job can be published: %v", err)
	}
	var refused *models.ValidationError
	if _, err := db.ApproveProposal(t.Context(), c.hr, p.ID, models.ProposalJob{}); !errors.As(err, &refused) {
		t.Errorf("HR chose no job: got %v", err)
	}
	job, err := db.ApproveProposal(t.Context(), c.hr, p.ID, models.ProposalJob{Draft: true})
	if err != nil || job == nil {
		t.Fatal(err)
	}
	draft, err := db.Job(t.Context(), *job)
	if err != nil || draft.Title != "Vikar på natt" || draft.Status != models.JobDraft {
		t.Errorf("got %+v, %v", draft, err)
	}
	got, err := db.OwnProposal(t.Context(), c.proposer.ID, p.ID)
	if err != nil || got.DecidedBy == nil || *got.DecidedBy != c.teamLeader.ID {
		t.Errorf("who said yes is forgotten: %+v, %v", got.DecidedBy, err)
	}
}

func TestWithdrawnAndDeclinedClipsGo(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	c := newCast(t, db)
	job := led(t, db, nil)
	gone := func(p models.Proposal) bool {
		_, err := db.Clip(t.Context(), *p.ClipID)
		return errors.Is(err, models.ErrNotFound)
	}
	p := propose(t, db, c.proposer, &job, "")
	if err := db.WithdrawProposal(t.Context(), c.proposer.ID, p.ID); err != nil || !gone(p) {
		t.Errorf("withdrawn: %v, gone %v", err, gone(p))
	}
	p = propose(t, db, c.proposer, &job, "")
	var refused *models.ValidationError
	if err := db.DeclineProposal(t.Context(), c.hr, p.ID, "  "); !errors.As(err, &refused) {
		t.Errorf("declined without a reason: %v", err)
	}
	if err := db.DeclineProposal(t.Context(), c.hr, p.ID, "For mørkt"); err != nil {
		t.Fatal(err)
	}
	decided := clock.now
	for _, after := range []struct {
		days int
		want bool
	}{{29, false}, {31, true}} {
		clock.now = decided.AddDate(0, 0, after.days)
		if err := db.ForgetDeclined(t.Context()); err != nil || gone(p) != after.want {
			t.Errorf("after %d days: %v, gone %v", after.days, err, gone(p))
		}
	}
	got, err := db.OwnProposal(t.Context(), c.proposer.ID, p.ID)
	if err != nil || got.Reason != "For mørkt" || got.ClipID != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestNameStandsByTheClipWhileItIsWanted(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	c := newCast(t, db)
	job := led(t, db, nil)
	p := propose(t, db, c.proposer, &job, "")
	if _, err := db.ApproveProposal(t.Context(), c.hr, p.ID, models.ProposalJob{JobID: &job.ID}); err != nil {
		t.Fatal(err)
	}
	yes := true
	if err := db.UpdateClip(t.Context(), *p.ClipID, models.ClipChange{NoSpeech: &yes, NobodyRecognisable: &yes}); err != nil {
		t.Fatal(err)
	}
	if err := db.PublishClip(t.Context(), *p.ClipID); err != nil {
		t.Fatal(err)
	}
	named := func() string {
		l, err := db.LandingByJob(t.Context(), job.ID)
		if err != nil || len(l.Clips) != 1 {
			t.Fatalf("%+v, %v", l, err)
		}
		return l.Clips[0].By()
	}
	for _, show := range []bool{true, false} {
		if err := db.ShowProposer(t.Context(), c.proposer.ID, p.ID, show); err != nil {
			t.Fatal(err)
		}
		if got := named(); (got == c.proposer.Name) != show {
			t.Errorf("shown %v: the clip names %q", show, got)
		}
	}
	if err := db.ShowProposer(t.Context(), c.hr.ID, p.ID, true); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("somebody else can show the name: %v", err)
	}
}
