package handlerstest

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/google/uuid"

	"kollega/internal/auth"
	"kollega/models"
)

// Password is what every person of a site signs in with.
const Password = "fire ord om havet"

// passwordHash is of Password, made once: hashing is slow on purpose.
var passwordHash = sync.OnceValues(func() (string, error) {
	h, err := auth.NewHasher()
	if err != nil {
		return "", err
	}
	return h.Hash(context.Background(), Password)
})

// exec writes a row as a test wants it, whatever the rules would say.
func (s *Site) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.DB.Pool().Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatal(err)
	}
}

// Person is the site's person of that role, made at first use: hr@example.org, named "Hr Hansen".
func (s *Site) Person(role string) models.User {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, ok := s.people[role]; ok {
		return u
	}
	u := s.User(models.User{Role: role, Email: role + "@example.org", Name: strings.ToUpper(role[:1]) + role[1:] + " Hansen"})
	s.people[role] = u
	return u
}

// User makes a person who has joined; an empty role is employee, empty names are made up.
func (s *Site) User(u models.User) models.User {
	s.t.Helper()
	hash, err := passwordHash()
	if err != nil {
		s.t.Fatal(err)
	}
	u.ID, u.Role = models.NewID(), cmp.Or(u.Role, models.RoleEmployee)
	u.Email = cmp.Or(u.Email, "u"+u.ID.String()[24:]+"@example.org")
	u.Name, u.EmailKey = cmp.Or(u.Name, "Kari Nordmann"), models.EmailKey(u.Email)
	s.exec(`insert into users (id, email, email_key, name, role, team_id, password_hash, language, show_name, joined_at, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $10)`,
		u.ID, u.Email, u.EmailKey, u.Name, u.Role, u.TeamID, hash, u.Language, u.ShowName, s.DB.Now())
	got, err := s.DB.User(s.t.Context(), u.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

// Carded makes a colleague without e-mail, and the card that HR prints for them.
func (s *Site) Carded(name string) (models.User, models.PrintedCard) {
	s.t.Helper()
	u, err := s.DB.AddUser(s.t.Context(), models.System(), models.NewUser{Name: name, Role: models.RoleEmployee, NoEmail: true})
	if err != nil {
		s.t.Fatal(err)
	}
	cards, err := s.DB.MakeCards(s.t.Context(), models.System(), models.NewID(), []uuid.UUID{u.ID})
	if err != nil {
		s.t.Fatal(err)
	}
	return u, cards[0]
}

// Team makes a team; leader may be nil.
func (s *Site) Team(name string, leader *uuid.UUID) models.Team {
	s.t.Helper()
	team, err := s.DB.AddTeam(s.t.Context(), name, leader)
	if err != nil {
		s.t.Fatal(err)
	}
	return team
}

// Job makes a job; an empty status is published, empty words are made up.
func (s *Site) Job(j models.Job) models.Job {
	s.t.Helper()
	j.ID, j.Status, j.Title = models.NewID(), cmp.Or(j.Status, models.JobPublished), cmp.Or(j.Title, "Elektriker")
	j.Slug = cmp.Or(j.Slug, "jobb-"+j.ID.String()[24:])
	j.Description, j.Location, j.Country = cmp.Or(j.Description, "En **fin** jobb."), cmp.Or(j.Location, "Bodø"), cmp.Or(j.Country, "NO")
	j.EmploymentType, j.CreatedAt = cmp.Or(j.EmploymentType, "FULL_TIME"), s.DB.Now()
	if j.Status != models.JobDraft && j.PublishedAt == nil {
		j.PublishedAt = &j.CreatedAt
	}
	s.exec(`insert into jobs (id, slug, title, description, location, country, employment_type, remote, pay_min, pay_max, pay_currency, pay_period,
			deadline, apply_url, status, leader_id, created_by, published_at, closed_at, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20)`,
		j.ID, j.Slug, j.Title, j.Description, j.Location, j.Country, j.EmploymentType, j.Remote, j.PayMin, j.PayMax, j.PayCurrency, j.PayPeriod,
		j.Deadline, j.ApplyURL, j.Status, j.LeaderID, j.CreatedBy, j.PublishedAt, j.ClosedAt, j.CreatedAt)
	got, err := s.DB.Job(s.t.Context(), j.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

// Clip makes a clip of a job; an empty status is published. It has rows for its video, poster and social picture, and no objects.
func (s *Site) Clip(job models.Job, c models.Clip) models.Clip {
	s.t.Helper()
	c.ID, c.JobID, c.Status = models.NewID(), job.ID, cmp.Or(c.Status, models.ClipPublished)
	c.Title, c.Language, c.Filename = cmp.Or(c.Title, "En dag på jobben"), cmp.Or(c.Language, "nb"), cmp.Or(c.Filename, "klipp.mp4")
	c.Size, c.Duration, c.Width, c.Height = cmp.Or(c.Size, 1000), cmp.Or(c.Duration, 30), cmp.Or(c.Width, 1280), cmp.Or(c.Height, 720)
	made := c.Status == models.ClipReady || c.Status == models.ClipPublished
	if made {
		c.Version, c.Progress = 1, 1
	}
	if c.Status == models.ClipPublished && c.PublishedAt == nil {
		now := s.DB.Now()
		c.PublishedAt = &now
	}
	s.exec(`insert into clips (id, job_id, title, language, status, progress, error_code, filename, size, upload_key, upload_id, part_size, version,
			duration, width, height, no_speech, nobody_recognisable, position, created_by, published_at, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $22)`,
		c.ID, c.JobID, c.Title, c.Language, c.Status, c.Progress, c.ErrorCode, c.Filename, c.Size, "up-"+c.ID.String(), c.UploadID, int64(8<<20), c.Version,
		c.Duration, c.Width, c.Height, c.NoSpeech, c.NobodyRecognisable, c.Position, c.CreatedBy, c.PublishedAt, s.DB.Now())
	for name, kind := range map[string]string{"video": "video/mp4", "poster": "image/jpeg", "social": "image/jpeg"} {
		if made {
			s.exec(`insert into clip_files (clip_id, version, name, key, content_type, size) values ($1, 1, $2, $3, $4, 1000)`,
				c.ID, name, fmt.Sprintf("clip-%s-%s", c.ID, name), kind)
		}
	}
	got, err := s.DB.Clip(s.t.Context(), c.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

// InClip lists somebody as seen and heard in a clip that is not published, and asks them.
func (s *Site) InClip(c models.Clip, u models.User) models.ClipPerson {
	s.t.Helper()
	in := models.PersonInput{Name: u.Name, Email: u.Email, Seen: true, Heard: true}
	p, err := s.DB.ListPerson(s.t.Context(), models.System(), c.ID, in)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// ConsentToken is the secret of a link that the person was mailed.
func (s *Site) ConsentToken(p models.ClipPerson) string {
	s.t.Helper()
	token, err := s.DB.NewConsentToken(s.t.Context(), p.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

// Proposal makes a clip that a person proposes; an empty state is waiting, empty words are made up.
func (s *Site) Proposal(u models.User, p models.Proposal, c models.Clip) models.Proposal {
	s.t.Helper()
	c.Status = cmp.Or(c.Status, models.ClipReady)
	clip := s.Clip(s.Job(models.Job{Status: models.JobDraft}), c)
	s.exec(`update clips set job_id = null where id = $1`, clip.ID)
	p.ID, p.ClipID, p.UserID, p.State, p.Title = models.NewID(), &clip.ID, u.ID, cmp.Or(p.State, models.ProposalWaiting), cmp.Or(p.Title, "Elektriker")
	s.exec(`insert into clip_proposals (id, clip_id, user_id, job_id, title, words, show_name, state, holder_id, held_since, reason, decided_by, decided_at, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $13, $10, $11, $12, $13, $13)`,
		p.ID, p.ClipID, p.UserID, p.JobID, p.Title, p.Words, p.ShowName, p.State, p.HolderID, p.Reason, p.DecidedBy, p.DecidedAt, s.DB.Now())
	return p
}

// Link makes the person's share link for a job; an empty channel is copy.
func (s *Site) Link(u models.User, job models.Job, channel string) models.Link {
	s.t.Helper()
	l := models.Link{ID: models.NewID(), Code: auth.NewLinkCode(), UserID: u.ID, JobID: job.ID, Channel: cmp.Or(channel, "copy"), CreatedAt: s.DB.Now()}
	s.exec(`insert into links (id, code, user_id, job_id, channel, created_at) values ($1, $2, $3, $4, $5, $6)`, l.ID, l.Code, l.UserID, l.JobID, l.Channel, l.CreatedAt)
	return l
}

// Application makes a candidate's application; link may be nil, empty words are made up, an empty stage is new.
func (s *Site) Application(job models.Job, link *models.Link, a models.Application) models.Application {
	s.t.Helper()
	person := models.Candidate{Name: "Ola Søker", Email: "ola." + models.NewID().String()[24:] + "@example.org"}
	if a.Candidate != nil {
		person.Name, person.Email, person.Phone = cmp.Or(a.Candidate.Name, person.Name), cmp.Or(a.Candidate.Email, person.Email), a.Candidate.Phone
	}
	a.ID, a.JobID, a.Stage = models.NewID(), job.ID, cmp.Or(a.Stage, models.StageNew)
	a.Reached = cmp.Or(a.Reached, a.Stage)
	if link != nil {
		a.LinkID = &link.ID
	}
	if a.SubmittedAt.IsZero() {
		a.SubmittedAt = s.DB.Now()
	}
	person.ID = models.NewID()
	s.exec(`insert into candidates (id, email, email_key, name, phone, language, created_at, updated_at) values ($1, $2, $3, $4, $5, 'nb', $6, $6)`,
		person.ID, person.Email, models.EmailKey(person.Email), person.Name, person.Phone, a.SubmittedAt)
	s.exec(`insert into applications (id, candidate_id, job_id, stage, reached, skills_seen, message, heard_from, link_id, click_id,
			cv_key, cv_name, cv_type, cv_size, submitted_at, updated_at, stage_since)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $15)`,
		a.ID, person.ID, a.JobID, a.Stage, a.Reached, a.SkillsSeen, a.Message, a.HeardFrom, a.LinkID, a.ClickID,
		a.CVKey, a.CVName, a.CVType, a.CVSize, a.SubmittedAt)
	a.CandidateID, a.Candidate, a.Job, a.Link = person.ID, &person, &job, link
	return a
}

// Count adds today's clicks of a class to a link's rollup; of people, each is another visitor.
func (s *Site) Count(l models.Link, class string, clicks int) {
	s.t.Helper()
	visitors := 0
	if class == models.ClassHuman {
		visitors = clicks
	}
	s.exec(`insert into counts (day, link_id, job_id, class, clicks, visitors) values ($1, $2, $3, $4, $5, $6)`,
		s.DB.Now().UTC(), l.ID, l.JobID, class, clicks, visitors)
}
