package handlers_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"kollega/handlers/handlerstest"
	"kollega/handlers/upload"
	"kollega/models"
	"kollega/storage"
)

// sample is an address of the route for things that are really there, each made afresh: what one asker removes, the next one finds.
// What belongs to one person belongs to who, and to somebody else when who is nobody.
func sample(t *testing.T, s *handlerstest.Site, route string, who models.User) string {
	t.Helper()
	if strings.HasSuffix(route, "/talent/ask") {
		return route + "?skill=" + sampleSkill(t, s, s.Job(models.Job{LeaderID: ref(who.ID)})).String()
	}
	if !strings.Contains(route, ":") || route == "/questions/new" || route == "/suggestions/new" {
		return route
	}
	owner := who
	if owner.ID == (models.User{}).ID {
		owner = s.Person(models.RoleEmployee)
	}
	job := s.Job(models.Job{LeaderID: &owner.ID})
	switch {
	case strings.HasPrefix(route, "/s/"):
		return strings.Replace(route, ":code", s.Link(owner, job, "").Code, 1)
	case strings.HasPrefix(route, "/c/"):
		app := sampleApplication(t, s, job)
		token, err := s.DB.NewCandidateToken(t.Context(), app.CandidateID)
		must(t, err)
		return strings.NewReplacer(":token", token, ":id", app.ID.String()).Replace(route)
	case strings.HasPrefix(route, "/jobs/"):
		return strings.Replace(route, ":slug", job.Slug, 1)
	case strings.HasPrefix(route, "/cuts/"):
		s.Clip(job, models.Clip{})
		link := s.Link(owner, job, "")
		m, err := s.DB.AskCut(t.Context(), owner, link.ID, models.CutWish{Format: "square", URL: link.Path()})
		must(t, err)
		put(t, s, "clip-"+m.ID.String(), "video/mp4")
		_, err = s.DB.Pool().Exec(t.Context(), "update makings set status = 'ready', key = 'clip-' || id::text, size = $2 where id = $1", m.ID, len(anything))
		must(t, err)
		return strings.Replace(route, ":token", m.Token, 1)
	case strings.HasPrefix(route, "/links/") && strings.HasSuffix(route, "/cuts"):
		s.Clip(job, models.Clip{})
		return strings.Replace(route, ":id", s.Link(owner, job, "").ID.String(), 1)
	case strings.HasPrefix(route, "/notices/stop/"):
		token, err := s.DB.NoticeStopToken(t.Context(), owner.ID, models.StopAll)
		must(t, err)
		return strings.Replace(route, ":token", token, 1)
	case strings.HasPrefix(route, "/hr/webhooks/"):
		w, err := s.DB.AddWebhook(t.Context(), s.Person(models.RoleHR), models.WebhookInput{Kind: "slack", Name: "Jobber", Address: "https://hooks.example.org/x", Events: []string{models.EventNewJob}})
		must(t, err)
		return strings.Replace(route, ":id", w.ID.String(), 1)
	case strings.HasPrefix(route, "/notices/"):
		must(t, s.DB.Notify(t.Context(), models.Notice{UserID: owner.ID, Kind: models.NoticeNewJob, About: job.ID, JobID: &job.ID}))
		var id uuid.UUID
		must(t, s.DB.Pool().QueryRow(t.Context(), "select id from notices where user_id = $1 and about = $2", owner.ID, job.ID).Scan(&id))
		return strings.Replace(route, ":id", id.String(), 1)
	case strings.HasPrefix(route, "/share/"):
		return strings.NewReplacer(":job", job.ID.String(), ":channel", "linkedin").Replace(route)
	case strings.HasPrefix(route, "/groups/"):
		return sampleGroup(t, s, route, owner)
	case strings.HasPrefix(route, "/hr/reported/"):
		return strings.Replace(route, ":id", sampleReported(t, s, s.User(models.User{})).String(), 1)
	case strings.HasPrefix(route, "/reported/"):
		return strings.Replace(route, ":id", sampleReported(t, s, owner).String(), 1)
	case strings.HasPrefix(route, "/clips/"):
		return strings.Replace(route, ":id", sampleProposal(s, route, owner, job).String(), 1)
	case strings.Contains(route, "/proposals/"):
		return strings.Replace(route, ":id", s.Proposal(s.User(models.User{}), models.Proposal{JobID: &job.ID, HolderID: &owner.ID}, models.Clip{}).ID.String(), 1)
	case strings.HasPrefix(route, "/answer/"):
		leader := s.User(models.User{Role: models.RoleLeader})
		token, err := s.DB.AnswerToken(t.Context(), sampleOwed(t, s, s.User(models.User{}), s.Job(models.Job{LeaderID: &leader.ID})), leader.ID)
		must(t, err)
		return strings.Replace(route, ":token", token, 1)
	case strings.HasPrefix(route, "/leader/feedback/") && strings.HasSuffix(route, "/back"):
		return strings.Replace(route, ":id", sampleFeedback(t, s, owner, s.User(models.User{})).String(), 1)
	case strings.HasPrefix(route, "/leader/feedback/"):
		id := sampleOwed(t, s, s.User(models.User{}), job)
		_, err := s.DB.Pool().Exec(t.Context(), "update owed set asked_id = $2, private = true where id = $1", id, owner.ID) // only they may read it, whatever their role
		must(t, err)
		return strings.Replace(route, ":id", id.String(), 1)
	case strings.HasPrefix(route, "/feedback/"):
		return strings.Replace(route, ":id", sampleFeedback(t, s, s.User(models.User{Role: models.RoleLeader}), owner).String(), 1)
	case strings.HasPrefix(route, "/questions/"), strings.HasPrefix(route, "/answers/"), strings.HasPrefix(route, "/wordings/"), strings.HasPrefix(route, "/invited/"),
		strings.HasPrefix(route, "/suggestions/"), strings.HasPrefix(route, "/remarks/"):
		return sampleQuestion(t, s, route, owner, job)
	case strings.HasPrefix(route, "/stays/"):
		leader := s.User(models.User{Role: models.RoleLeader})
		token, err := s.DB.StayToken(t.Context(), sampleStay(t, s, s.Job(models.Job{LeaderID: &leader.ID})), leader.ID)
		must(t, err)
		return strings.Replace(route, ":token", token, 1)
	case strings.Contains(route, "/stays/"):
		return strings.Replace(route, ":id", sampleStay(t, s, job).String(), 1)
	case strings.HasPrefix(route, "/links/applications/"):
		return strings.Replace(route, ":id", creditedApplication(t, s, owner, job).String(), 1)
	case strings.HasPrefix(route, "/hr/appeals/"):
		app := creditedApplication(t, s, owner, job)
		must(t, s.DB.AppealCredit(t.Context(), owner, app, "Det var meg"))
		var id uuid.UUID
		must(t, s.DB.Pool().QueryRow(t.Context(), "select id from appeals where application_id = $1", app).Scan(&id))
		return strings.Replace(route, ":id", id.String(), 1)
	case strings.HasPrefix(route, "/links/"):
		return strings.Replace(route, ":id", s.Link(owner, job, "").ID.String(), 1)
	case strings.HasPrefix(route, "/hr/rewards/:id"):
		return strings.Replace(route, ":id", sampleReward(t, s, job).String(), 1)
	case strings.HasPrefix(route, "/hr/letters/"):
		return strings.NewReplacer(":kind", models.LetterReceived, ":lang", "nb").Replace(route)
	case strings.Contains(route, "/bulk/:id"):
		by := owner
		if !by.Is(models.RoleLeader) {
			by = s.Person(models.RoleHR)
		}
		return strings.Replace(route, ":id", sampleBulk(t, s, by, job, sampleApplication(t, s, job)).String(), 1)
	case strings.Contains(route, "/notes/:note"):
		app, by := sampleApplication(t, s, job), owner
		if !by.Is(models.RoleLeader) {
			by = s.Person(models.RoleHR)
		}
		note, err := s.DB.AddNote(t.Context(), by, app.ID, "Ringt")
		must(t, err)
		return strings.NewReplacer(":id", app.ID.String(), ":note", note.ID.String()).Replace(route)
	case strings.HasPrefix(route, "/hr/jobs/"), strings.HasPrefix(route, "/leader/jobs/"):
		return strings.NewReplacer(":id", job.ID.String(), ":stage", models.StageNew).Replace(route)
	case strings.HasPrefix(route, "/hr/referrals/exports/"):
		id := models.NewID()
		put(t, s, models.ExportKeys+id.String(), "text/csv")
		_, err := s.DB.Pool().Exec(t.Context(), `insert into exports (id, user_id, kind, format, language, filter, status, key, created_at, expires_at)
			values ($1, $2, 'days', 'csv', 'nb', '{}', 'ready', $3, now(), now() + interval '1 day')`, id, owner.ID, models.ExportKeys+id.String())
		must(t, err)
		return strings.Replace(route, ":id", id.String(), 1)
	case strings.HasPrefix(route, "/hr/praise/"):
		to := s.User(models.User{})
		id := sampleFeedback(t, s, owner, to)
		must(t, s.DB.AgreeToPraise(t.Context(), to, id, true))
		return strings.Replace(route, ":id", id.String(), 1)
	case strings.Contains(route, "/thanks/"):
		return strings.Replace(route, ":id", sampleThanks(t, s, route, owner).String(), 1)
	case strings.HasPrefix(route, "/kiosk/"):
		_, token, err := s.DB.AddKiosk(t.Context(), models.System(), "Pauserommet")
		must(t, err)
		return strings.NewReplacer(":token", token, ":slug", job.Slug).Replace(route)
	case strings.HasPrefix(route, "/hr/kiosks/"):
		k, _, err := s.DB.AddKiosk(t.Context(), models.System(), "Pauserommet")
		must(t, err)
		return strings.Replace(route, ":id", k.ID.String(), 1)
	case strings.Contains(route, "/card/"):
		u, _ := s.Carded("Kari Skift")
		return strings.Replace(route, ":id", u.ID.String(), 1)
	case strings.HasPrefix(route, "/settings/identity/groups/"):
		name := models.NewID().String()
		must(t, s.DB.AddIdentityGroup(t.Context(), name, models.RoleLeader, nil))
		return strings.Replace(route, ":id", one(t, s, "select id from identity_groups where name = $1", name).String(), 1)
	case strings.HasPrefix(route, "/settings/identity/tokens/"):
		_, err := s.DB.CreateDirectoryToken(t.Context(), models.System(), "rights")
		must(t, err)
		id := one(t, s, "select id from scim_tokens where revoked_at is null order by created_at desc limit 1")
		t.Cleanup(func() { _ = s.DB.RevokeDirectoryToken(context.Background(), id) }) // there may be few at once
		return strings.Replace(route, ":id", id.String(), 1)
	case strings.HasPrefix(route, "/scim/"):
		return strings.NewReplacer(":id", s.User(models.User{}).ID.String(), ":name", "User").Replace(route)
	case strings.HasSuffix(route, "/unlink"):
		linked := s.User(models.User{})
		_, err := s.DB.LogInBy(t.Context(), models.Account{Issuer: "https://id.example.org", Subject: linked.ID.String(), Email: linked.Email, Verified: true})
		must(t, err)
		return strings.Replace(route, ":id", linked.ID.String(), 1)
	case strings.HasPrefix(route, "/hr/people/"):
		return strings.Replace(route, ":id", s.User(models.User{}).ID.String(), 1)
	case strings.HasPrefix(route, "/hr/teams/"):
		return strings.Replace(route, ":id", s.Team("Team "+job.Slug, nil).ID.String(), 1)
	case strings.HasPrefix(route, "/invite/"), strings.HasPrefix(route, "/reset/"):
		return strings.Replace(route, ":token", userToken(t, s, route), 1)
	case strings.HasPrefix(route, "/settings/me/tokens/"):
		token, _, err := s.DB.CreateAPIToken(t.Context(), owner.ID, "rights")
		must(t, err)
		return strings.Replace(route, ":id", token.ID.String(), 1)
	case strings.HasPrefix(route, "/logo/"):
		id := models.NewID()
		put(t, s, models.LogoKey(id), "image/png")
		must(t, s.DB.SetLogo(t.Context(), models.LogoKey(id)))
		return strings.Replace(route, ":id", id.String(), 1)
	case strings.HasPrefix(route, "/consent/"):
		return sampleConsent(t, s, route, job)
	case strings.HasPrefix(route, "/settings/clips/"):
		return strings.Replace(route, ":id", s.InClip(s.Clip(job, models.Clip{Status: models.ClipReady}), owner).ID.String(), 1)
	case strings.Contains(route, "/people/:person/"):
		p := s.InClip(s.Clip(job, models.Clip{Status: models.ClipReady}), owner)
		return strings.NewReplacer(":id", p.ClipID.String(), ":person", p.ID.String()).Replace(route)
	case strings.HasPrefix(route, "/hr/applications/aside/"):
		return strings.Replace(route, ":id", setAside(t, s, job).String(), 1)
	case strings.Contains(route, "/applications/"):
		return strings.Replace(route, ":id", sampleApplication(t, s, job).ID.String(), 1)
	}
	return sampleClip(t, s, route, job)
}

// sampleGroup is a closed group that owner owns, with a post that they may do what the route is for to, and a picture.
func sampleGroup(t *testing.T, s *handlerstest.Site, route string, owner models.User) string {
	t.Helper()
	other := s.User(models.User{})
	if strings.Contains(route, "/channels") {
		g, err := s.DB.MakeGroup(t.Context(), owner, models.GroupInput{Name: "Åpen", Kind: models.GroupOpen})
		must(t, err)
		w, err := s.DB.AddGroupWebhook(t.Context(), owner, g.ID, models.WebhookInput{Kind: "slack", Name: "Kanalen", Address: "https://hooks.example.org/x"})
		must(t, err)
		return strings.NewReplacer(":id", g.ID.String(), ":channel", w.ID.String()).Replace(route)
	}
	g, err := s.DB.MakeGroup(t.Context(), owner, models.GroupInput{Name: "Lukket", Kind: models.GroupClosed})
	must(t, err)
	must(t, s.DB.AddMembers(t.Context(), owner, g.ID, other.ID))
	by := owner
	if strings.HasSuffix(route, "/report") {
		by = other
	}
	key := models.PictureKey()
	put(t, s, key, "image/jpeg")
	p, err := s.DB.Post(t.Context(), by, g.ID, models.NewPost{Text: "Hei", Pictures: []models.PostPicture{{Key: key, Width: 1, Height: 1}}})
	must(t, err)
	p, err = s.DB.SeenPost(t.Context(), owner, p.ID)
	must(t, err)
	return strings.NewReplacer(":id", g.ID.String(), ":person", other.ID.String(), ":post", p.ID.String(), ":picture", p.Pictures[0].ID.String()).Replace(route)
}

// sampleReported is a post that reader put before HR.
func sampleReported(t *testing.T, s *handlerstest.Site, reader models.User) (id uuid.UUID) {
	t.Helper()
	author := s.User(models.User{})
	g, err := s.DB.Talk(t.Context(), author, reader.ID)
	must(t, err)
	p, err := s.DB.Post(t.Context(), author, g.ID, models.NewPost{Text: "Hei"})
	must(t, err)
	_, err = s.DB.ReportPost(t.Context(), reader, p.ID, "Ikke greit")
	must(t, err)
	must(t, s.DB.Pool().QueryRow(t.Context(), "select id from post_reports where post_id = $1", p.ID).Scan(&id))
	return id
}

// sampleSkill is a skill that the job requires.
func sampleSkill(t *testing.T, s *handlerstest.Site, job models.Job) uuid.UUID {
	t.Helper()
	id := models.NewID()
	_, err := s.DB.Pool().Exec(t.Context(), `insert into skills (id, name, name_key, created_at) values ($1::uuid, 'Sveising ' || $1::uuid::text, 'sveising ' || $1::uuid::text, now())`, id)
	must(t, err)
	_, err = s.DB.Pool().Exec(t.Context(), `insert into job_skills (job_id, skill_id, need, position) values ($1, $2, 'required', 0)`, job.ID, id)
	must(t, err)
	return id
}

// one is the id that a query finds.
func one(t *testing.T, s *handlerstest.Site, sql string, args ...any) (id uuid.UUID) {
	t.Helper()
	must(t, s.DB.Pool().QueryRow(t.Context(), sql, args...).Scan(&id))
	return id
}

// ref is nil for nobody.
func ref(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// sampleStay is the question about somebody who was hired three months ago.
func sampleStay(t *testing.T, s *handlerstest.Site, job models.Job) (id uuid.UUID) {
	t.Helper()
	app := s.Application(job, nil, models.Application{Stage: models.StageHired, SubmittedAt: s.DB.Now().AddDate(0, -3, -2)})
	_, err := s.DB.AskStays(t.Context())
	must(t, err)
	must(t, s.DB.Pool().QueryRow(t.Context(), "select id from stays where application_id = $1", app.ID).Scan(&id))
	return id
}

// creditedApplication is one that came by a link of owner's.
func creditedApplication(t *testing.T, s *handlerstest.Site, owner models.User, job models.Job) uuid.UUID {
	t.Helper()
	link := s.Link(owner, job, "")
	app, _, _, err := s.DB.Apply(t.Context(), models.Applying{JobID: job.ID, Name: "Kari Ek", Email: "k" + job.ID.String() + "@example.com", Link: &link})
	must(t, err)
	return app.ID
}

// sampleReward is one that is due to a colleague, for somebody who was hired.
func sampleReward(t *testing.T, s *handlerstest.Site, job models.Job) (id uuid.UUID) {
	t.Helper()
	by := models.System()
	must(t, s.DB.SaveRewardPlan(t.Context(), by, job.ID, models.RewardPlan{Kind: models.RewardMoney, Amount: 5000_00, Currency: "NOK"}))
	app := creditedApplication(t, s, s.User(models.User{}), job)
	_, err := s.DB.MoveStage(t.Context(), by, app, models.StageHired, "")
	must(t, err)
	must(t, s.DB.Pool().QueryRow(t.Context(), "select id from rewards where application_id = $1", app).Scan(&id))
	return id
}

func sampleClip(t *testing.T, s *handlerstest.Site, route string, job models.Job) string {
	t.Helper()
	if strings.HasSuffix(route, "/upload") || strings.HasSuffix(route, "/complete") || strings.HasSuffix(route, "/cancel") {
		return strings.Replace(route, ":id", sampleUpload(t, s, job), 1)
	}
	clip := s.Clip(job, models.Clip{})
	vtt := []byte("WEBVTT\n\n00:00.000 --> 00:02.000\nHei.\n")
	must(t, s.DB.SetCaption(t.Context(), clip.ID, "nb", vtt, nil))
	for _, f := range clip.Files {
		put(t, s, f.Key, f.ContentType)
	}
	making := ""
	if strings.Contains(route, ":making") {
		must(t, s.DB.RemakeClip(t.Context(), clip.ID))
		must(t, s.DB.Pool().QueryRow(t.Context(), "select id from makings where clip_id = $1", clip.ID).Scan(&making))
	}
	return strings.NewReplacer(":making", making, ":clip", clip.ID.String(), ":id", clip.ID.String(), ":version", "1", ":name", "poster", ":file", "nb.vtt", ":lang", "nb", "/captions-new", "/captions-new?language=nb").
		Replace(route)
}

// sampleConsent is an address of somebody who has agreed to a clip.
func sampleConsent(t *testing.T, s *handlerstest.Site, route string, job models.Job) string {
	t.Helper()
	clip := s.Clip(job, models.Clip{Status: models.ClipReady})
	must(t, s.DB.SetCaption(t.Context(), clip.ID, "nb", []byte("WEBVTT\n\n00:00.000 --> 00:02.000\nHei.\n"), nil))
	for _, f := range clip.Files {
		put(t, s, f.Key, f.ContentType)
	}
	token := s.ConsentToken(s.InClip(clip, models.User{Name: "Ola Sett", Email: "sett@example.com"}))
	must(t, s.DB.AnswerConsent(t.Context(), token, true, ""))
	return strings.NewReplacer(":token", token, ":name", "poster", ":file", "nb.vtt").Replace(route)
}

// sampleUpload is a clip that HR has begun to send.
func sampleUpload(t *testing.T, s *handlerstest.Site, job models.Job) string {
	t.Helper()
	got := s.As(models.RoleHR).JSON(http.MethodPost, "/hr/jobs/"+job.ID.String()+"/clips",
		map[string]any{"title": "En dag", "language": "nb", "filename": "dag.mp4", "size": 1000})
	var made struct{ ID string }
	must(t, got.Decode(&made))
	return made.ID
}

// sampleProposal is a clip that owner proposes; its file is on the way where the route is about that.
func sampleProposal(s *handlerstest.Site, route string, owner models.User, job models.Job) uuid.UUID {
	p := models.Proposal{JobID: &job.ID}
	if strings.HasSuffix(route, "/upload") || strings.HasSuffix(route, "/complete") || strings.HasSuffix(route, "/cancel") {
		ticket, err := upload.Uploads{DB: s.DB, Store: s.Store}.Propose(context.Background(), owner, models.ProposalInput{JobID: &job.ID},
			models.ClipInput{Language: "nb", Filename: "dag.mp4", Size: 1000})
		if err != nil {
			panic(err)
		}
		return ticket.ID
	}
	return s.Proposal(owner, p, models.Clip{}).ID
}

// sampleApplication is an application with a CV that has got as far as an interview.
func sampleApplication(t *testing.T, s *handlerstest.Site, job models.Job) models.Application {
	t.Helper()
	key := "cv-" + models.NewID().String()
	put(t, s, key, "application/pdf")
	return s.Application(job, nil, models.Application{
		Stage: models.StageInterview, CVKey: key, CVName: "cv.pdf", CVType: "application/pdf", CVSize: int64(len(anything)),
	})
}

// sampleBulk is a change of several that somebody made.
func sampleBulk(t *testing.T, s *handlerstest.Site, by models.User, job models.Job, app models.Application) uuid.UUID {
	t.Helper()
	in := models.BulkInput{ID: models.NewID(), JobID: job.ID, Chosen: []models.Chosen{{ID: app.ID}}, To: models.StageOffer}
	must(t, s.DB.ChangeSeveral(t.Context(), by, in))
	return in.ID
}

// setAside is an application with a CV that waits for a decision.
func setAside(t *testing.T, s *handlerstest.Site, job models.Job) uuid.UUID {
	t.Helper()
	in := models.HandedIn{JobTitle: job.Title, Applying: models.Applying{
		ID: models.NewID(), At: s.DB.Now(), JobID: job.ID, Name: "Kari Ek", Email: "kari@example.com",
		CV: &models.CV{Key: "cv-" + models.NewID().String(), Name: "cv.pdf", Type: "application/pdf", Size: int64(len(anything))},
	}}
	put(t, s, in.Applying.CV.Key, "application/pdf")
	must(t, s.DB.SetAside(t.Context(), in, models.AsideClosed))
	return in.Applying.ID
}

// userToken is the secret of a link that somebody was sent, for the route's purpose.
func userToken(t *testing.T, s *handlerstest.Site, route string) string {
	t.Helper()
	purpose := models.PurposeInvite
	if strings.HasPrefix(route, "/reset/") {
		purpose = models.PurposeReset
	}
	token, _, err := s.DB.NewUserToken(t.Context(), s.User(models.User{}).ID, purpose)
	must(t, err)
	return token
}

// anything is the content of objects that only have to be there, as long as the factory of clips says that files are.
var anything = strings.Repeat("x", 1000)

func put(t *testing.T, s *handlerstest.Site, key, contentType string) {
	t.Helper()
	must(t, s.Store.Put(t.Context(), key, bytes.NewReader([]byte(anything)), storage.PutOptions{ContentType: contentType}))
}

// sampleThanks is a word of thanks that its owner may do with what the route is for.
func sampleThanks(t *testing.T, s *handlerstest.Site, route string, owner models.User) uuid.UUID {
	t.Helper()
	from, to := s.User(models.User{}), owner
	if strings.HasSuffix(route, "/takeback") {
		from, to = to, from
	}
	thanks, err := s.DB.Thank(t.Context(), from, to.ID, "Takk for hjelpen")
	must(t, err)
	if strings.HasPrefix(route, "/hr/") {
		must(t, s.DB.DecideThanks(t.Context(), to, thanks.ID, true))
	}
	return thanks.ID
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sampleOwed is an answer that somebody is owed for sharing the job.
func sampleOwed(t *testing.T, s *handlerstest.Site, u models.User, job models.Job) uuid.UUID {
	t.Helper()
	_, _, err := s.DB.MakeLink(t.Context(), u, u.ID, job.ID, "x")
	must(t, err)
	var id uuid.UUID
	must(t, s.DB.Pool().QueryRow(t.Context(), "select id from owed where user_id = $1 and about = $2", u.ID, job.ID).Scan(&id))
	return id
}

// sampleFeedback is praise that one gave the other just now.
func sampleFeedback(t *testing.T, s *handlerstest.Site, from, to models.User) uuid.UUID {
	t.Helper()
	id := models.NewID()
	_, err := s.DB.Pool().Exec(t.Context(), `insert into feedback (id, from_id, to_id, kind, text, at) values ($1, $2, $3, 'praise', 'Bare mellom oss to', $4)`,
		id, from.ID, to.ID, s.DB.Now())
	must(t, err)
	return id
}
