package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestAddUser(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	run(t, s, []ask{
		{
			"added and invited", "hr", "POST", "/users",
			m{"email": "kari@example.org", "name": "Kari Nordmann", "role": "employee", "team": "Drift"},
			201,
			[]string{`"email":"kari@example.org"`, `"role":"employee"`, `"team":"Drift"`, `"invited_at":"20`},
			[]string{"password"},
		},
		{"without a team", "admin", "POST", "/users", m{"email": "a@example.org", "name": "A", "role": "admin", "team": nil}, 201, []string{`"team":""`}, nil},
		{"taken", "hr", "POST", "/users", m{"email": "KARI@example.org", "name": "Kari", "role": "employee"}, 422, []string{`"location":"email"`}, nil},
		{"no such role", "hr", "POST", "/users", m{"email": "b@example.org", "name": "B", "role": "boss"}, 422, []string{`"location":"role"`}, []string{"boss"}},
		{"fields missing", "hr", "POST", "/users", m{"email": "b@example.org"}, 422, []string{"name", "role"}, nil},
		{"an unknown field is named", "hr", "POST", "/users", m{"email": "b@example.org", "name": "B", "role": "employee", "admin": true}, 422, []string{`"location":"admin"`}, nil},
		{"a wrong type", "hr", "POST", "/users", m{"email": 7, "name": "B", "role": "employee"}, 422, []string{`"location":"email"`}, nil},
		{"no JSON", "hr", "POST", "/users", `{"email":"secret`, 400, nil, []string{"secret"}},
		{"nothing", "hr", "POST", "/users", ``, 400, nil, nil},
		{"too much", "hr", "POST", "/users", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, 413, nil, nil},
	})
	var mails int
	if err := s.DB.Pool().QueryRow(t.Context(), `select count(*) from river_job where kind = 'send_mail' and args->>'mail' = 'invite'`).Scan(&mails); err != nil || mails != 2 {
		t.Errorf("got %d invitations and %v, want 2", mails, err)
	}
	got := s.API("hr").Do("POST", "/api/v1/users", strings.NewReader("email=a"), "Content-Type", "application/x-www-form-urlencoded")
	if got.Status != http.StatusUnsupportedMediaType {
		t.Errorf("a form: got %d, want 415", got.Status)
	}
	problem(t, got)
}

// whole is a job with everything that can be written about it.
var whole = m{
	"title": "Elektriker", "description": "En **fin** jobb.", "location": "Bodø", "country": "no", "employment_type": "FULL_TIME", "remote": false,
	"pay_min": 500000, "pay_max": 600000.5, "pay_currency": "NOK", "pay_period": "YEAR", "deadline": "2099-12-31",
	"skills": []m{{"name": "Fagbrev", "need": "required"}, {"name": "Førerkort B", "need": "nice"}},
}

func TestJobs(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	hr := s.API("hr")
	type job struct{ ID, Slug, URL, Status, Deadline, Country string }
	j := decode[job](t, send(hr, "POST", "/jobs", whole), 201)
	if j.Slug != "elektriker" || j.URL != s.App.URL("/jobs/elektriker") || j.Status != "draft" || j.Deadline != "2099-12-31" || j.Country != "NO" {
		t.Errorf("got %+v", j)
	}
	at := "/jobs/" + j.ID
	run(t, s, []ask{
		{
			"published from the start", "hr", "POST", "/jobs",
			m{"title": "Kokk", "description": "Mat.", "location": "Oslo", "status": "published"},
			201,
			[]string{`"status":"published"`, `"published_at":"20`, `"pay_min":null`, `"deadline":null`, `"skills":[]`},
			nil,
		},
		{"brought in as filled", "hr", "POST", "/jobs", m{"title": "Maler", "description": "Mal.", "remote": true, "status": "filled"}, 201, []string{`"status":"filled"`}, nil},
		{"not fit to publish: nothing is made", "hr", "POST", "/jobs", m{"title": "Halvveis", "status": "published"}, 422, []string{`"location":"description"`, `"location":"location"`}, nil},
		{"nothing was made", "hr", "GET", "/jobs", nil, 200, nil, []string{"Halvveis"}},
		{"no title", "hr", "POST", "/jobs", m{"description": "x"}, 422, []string{"title"}, nil},
		{
			"every mistake at once", "hr", "POST", "/jobs",
			m{"title": "X", "country": "Norge", "employment_type": "FULL", "pay_min": 5, "deadline": "2099-01-01"},
			422,
			[]string{`"country"`, `"employment_type"`, `"pay_currency"`, `"pay_period"`},
			nil,
		},
		{"no date", "hr", "POST", "/jobs", m{"title": "X", "deadline": "i morgen"}, 422, []string{`"location":"deadline"`}, nil},
		{"a time as the day", "hr", "PATCH", at, m{"deadline": "2099-11-30T10:00:00Z"}, 200, []string{`"deadline":"2099-11-30"`}, nil},
		{"a skill without need", "hr", "POST", "/jobs", m{"title": "X", "skills": []m{{"name": "Y"}}}, 422, []string{`skills[0]`}, nil},
		{
			"only what is sent changes", "hr", "PATCH", at,
			m{"location": "Narvik"},
			200,
			[]string{`"location":"Narvik"`, `"description":"En **fin** jobb."`, `"pay_min":500000`, `"need":"required"`, `"slug":"elektriker"`},
			nil,
		},
		{
			"null empties", "hr", "PATCH", at,
			m{"pay_min": nil, "pay_max": nil, "deadline": nil, "skills": nil, "country": nil},
			200,
			[]string{`"pay_min":null`, `"pay_currency":""`, `"deadline":null`, `"skills":[]`, `"country":""`},
			nil,
		},
		{"published with a change", "hr", "PATCH", at, m{"title": "Elektriker 2", "status": "published"}, 200, []string{`"status":"published"`, `"title":"Elektriker 2"`, `"slug":"elektriker"`}, nil},
		{"published again", "hr", "PATCH", at, m{"status": "published"}, 200, nil, nil},
		{"no way back to a draft: neither is done", "hr", "PATCH", at, m{"title": "Nei", "status": "draft"}, 409, []string{`"detail":"`}, nil},
		{"an employee reads it", "employee", "GET", at, nil, 200, []string{`"title":"Elektriker 2"`}, nil},
		{"what candidates need stays", "hr", "PATCH", at, m{"description": ""}, 422, []string{`"location":"description"`}, nil},
		{"filled", "hr", "PATCH", at, m{"status": "filled"}, 200, []string{`"closed_at":"20`}, nil},
		{"no job", "hr", "PATCH", "/jobs/" + models.NewID().String(), m{"title": "X"}, 404, nil, nil},
		{"a status that is none", "hr", "PATCH", at, m{"status": "gone"}, 422, []string{`"location":"status"`}, nil},
	})
}

func TestListsComeInPages(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	var want []string
	for n := range 5 {
		s.DB.Now = func() time.Time { return time.Date(2026, 11, 23, 9, n/2, 0, 123456000, time.UTC) } // two at one moment: the id decides
		want = append([]string{s.Job(models.Job{Title: fmt.Sprint("Jobb ", n)}).ID.String()}, want...)
	}
	s.DB.Now = time.Now
	hr := s.API("hr")
	type page struct {
		Items []struct{ ID string }
		Next  *string
	}
	var got []string
	for next, pages := "", 0; ; pages++ {
		p := decode[page](t, send(hr, "GET", "/jobs?limit=2&cursor="+next, nil), 200)
		for _, i := range p.Items {
			got = append(got, i.ID)
		}
		if p.Next == nil || pages > 5 {
			t.Fatalf("got %+v after %d pages", p, pages)
		}
		if next = *p.Next; next == "" {
			break
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	run(t, s, []ask{
		{"a cursor that is none", "hr", "GET", "/jobs?cursor=x", nil, 422, []string{`"location":"cursor"`}, nil},
		{"of links", "hr", "GET", "/links?cursor=x", nil, 422, []string{`"location":"cursor"`}, nil},
		{"of applications", "hr", "GET", "/applications?cursor=x", nil, 422, []string{`"location":"cursor"`}, nil},
		{"too many", "hr", "GET", "/jobs?limit=201", nil, 422, []string{`"location":"limit"`}, nil},
		{"the most", "hr", "GET", "/jobs?limit=200", nil, 200, nil, nil},
		{"none", "hr", "GET", "/jobs?limit=0", nil, 422, []string{`"location":"limit"`}, nil},
		{"a job that is none", "hr", "GET", "/links?job_id=x", nil, 422, []string{`"location":"job_id"`}, nil},
		{"a stage that is none", "hr", "GET", "/applications?stage=x", nil, 422, []string{`"location":"stage"`}, nil},
	})
}

func TestClipsAreShownWhenNothingIsMissing(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	c := s.Clip(job, models.Clip{Status: models.ClipReady})
	broken := s.Clip(job, models.Clip{Status: models.ClipRejected, ErrorCode: "too_long"})
	at := "/clips/" + c.ID.String()
	file := s.App.URL("/media/" + c.ID.String() + "/1/video")
	run(t, s, []ask{
		{"absolute files", "hr", "GET", at, nil, 200, []string{`"video":"` + file + `"`, `"poster":"http`, `"progress":1`, `"duration":30`, `"job_id":"` + job.ID.String()}, []string{`"error"`, "clip-"}},
		{"what went wrong", "hr", "GET", "/clips/" + broken.ID.String(), nil, 200, []string{`"error":{"code":"too_long","message":"`, `"files":{}`}, []string{"clip.error"}},
		{"captions are missing", "hr", "POST", at + "/publish", nil, 409, []string{`"detail":"`}, []string{"clip.missing"}},
		{"still", "hr", "PATCH", at, m{"nobody_recognisable": true}, 200, []string{`"nobody_recognisable":true`, `"no_speech":false`}, nil},
		{"and still", "hr", "POST", at + "/publish", nil, 409, []string{`"detail":"`}, nil},
		{"the title as well", "hr", "PATCH", at, m{"title": "Ny tittel", "language": "en"}, 200, []string{`"title":"Ny tittel"`, `"language":"en"`, `"nobody_recognisable":true`}, nil},
		{"no title", "hr", "PATCH", at, m{"title": " "}, 422, []string{`"location":"title"`}, nil},
		{"no language", "hr", "PATCH", at, m{"language": "?"}, 422, []string{`"location":"language"`}, nil},
	})
	hr := s.API("hr")
	captions := func(kind, lang, text string) handlerstest.Answer {
		return hr.Do("PUT", "/api/v1"+at+"/captions/"+lang, strings.NewReader(text), "Content-Type", kind)
	}
	const vtt = "WEBVTT\n\n00:00.000 --> 00:02.000\nHei!\n"
	for _, tt := range []struct {
		name, kind, lang, text string
		want                   int
	}{
		{"WebVTT", "text/vtt; charset=utf-8", "nb", vtt, 200},
		{"SRT", "application/x-subrip", "en", "1\n00:00:00,000 --> 00:00:02,000\nHello!\n", 200},
		{"again", "text/vtt", "nb", vtt, 200},
		{"another type", "text/plain", "nb", vtt, 415},
		{"JSON", "application/json", "nb", `"x"`, 415},
		{"no captions", "text/vtt", "nb", "hei", 422},
		{"no language", "text/vtt", "x", vtt, 422},
		{"too large", "text/vtt", "nb", strings.Repeat("x", models.MaxCaptionBytes+1), 413},
	} {
		got := captions(tt.kind, tt.lang, tt.text)
		if got.Status != tt.want {
			t.Errorf("%s: got %d, want %d: %.300s", tt.name, got.Status, tt.want, got.Body)
		}
		if got.Status >= 400 {
			problem(t, got)
		}
	}
	run(t, s, []ask{
		{"published", "hr", "POST", at + "/publish", nil, 200, []string{`"status":"published"`, `"captions":["en","nb"]`}, nil},
		{"again", "hr", "POST", at + "/publish", nil, 200, []string{`"status":"published"`}, nil},
		{"everybody sees it", "employee", "GET", at, nil, 200, []string{file}, nil},
		{"what it stands on stays", "hr", "PATCH", at, m{"nobody_recognisable": false}, 409, []string{`"detail":"`}, nil},
		{"no clip", "hr", "POST", "/clips/" + models.NewID().String() + "/publish", nil, 404, nil, nil},
	})
}

func TestLinksAreMadeOnce(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job, closed := s.Job(models.Job{}), s.Job(models.Job{Status: models.JobClosed})
	me, other := s.Person("employee"), s.User(models.User{Name: "Ola"})
	type link struct{ ID, Code, URL, Channel, Job_ID, User_ID string }
	c := s.API("employee")
	first := decode[link](t, send(c, "POST", "/links", m{"job_id": job.ID, "channel": "linkedin"}), 201)
	if first.URL != s.App.URL("/s/"+first.Code) || len(first.Code) != 8 || first.Job_ID != job.ID.String() || first.User_ID != me.ID.String() || first.Channel != "linkedin" {
		t.Errorf("got %+v", first)
	}
	if again := decode[link](t, send(c, "POST", "/links", m{"job_id": job.ID, "channel": "linkedin", "user_id": me.ID}), 200); again != first {
		t.Errorf("got %+v, want %+v", again, first)
	}
	run(t, s, []ask{
		{"HR for another", "hr", "POST", "/links", m{"job_id": job.ID, "channel": "x", "user_id": other.ID}, 201, []string{`"user_id":"` + other.ID.String()}, nil},
		{"for nobody", "hr", "POST", "/links", m{"job_id": job.ID, "channel": "x", "user_id": models.NewID()}, 422, []string{`"location":"user_id"`}, nil},
		{"a channel that is none", "employee", "POST", "/links", m{"job_id": job.ID, "channel": "pigeon"}, 422, []string{`"location":"channel"`}, nil},
		{"a job that is none", "employee", "POST", "/links", m{"job_id": models.NewID(), "channel": "x"}, 404, nil, nil},
		{"an id that is none", "employee", "POST", "/links", m{"job_id": "x", "channel": "x"}, 422, []string{`"location":"job_id"`}, nil},
		{"a closed job", "employee", "POST", "/links", m{"job_id": closed.ID, "channel": "x"}, 409, []string{`"detail":"`}, nil},
		{"of one person", "hr", "GET", "/links?user_id=" + me.ID.String(), nil, 200, []string{first.Code, first.URL}, []string{other.ID.String()}},
		{"of one job", "hr", "GET", "/links?job_id=" + closed.ID.String(), nil, 200, []string{`"items":[]`}, nil},
	})
}

func TestApplicationsAndReport(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job, other := s.Job(models.Job{}), s.Job(models.Job{})
	me := s.Person("employee")
	link := s.Link(me, job, "email")
	if _, _, _, err := s.DB.Apply(t.Context(), models.Applying{JobID: job.ID, Name: "Siri Søker", Email: "siri@example.org", Link: &link}); err != nil {
		t.Fatal(err)
	}
	s.Application(other, nil, models.Application{Candidate: &models.Candidate{Name: "Åpen Dør"}, Message: "privat"})
	hr := s.API("hr")
	type page struct{ Items []struct{ ID string } }
	found := decode[page](t, send(hr, "GET", "/applications?job_id="+job.ID.String(), nil), 200)
	if len(found.Items) != 1 {
		t.Fatalf("got %+v", found)
	}
	stage := "/applications/" + found.Items[0].ID + "/stage"
	run(t, s, []ask{
		{"whose link it was, and why", "hr", "GET", "/applications?stage=new&job_id=" + job.ID.String(), nil, 200, []string{
			`"candidate":{"name":"Siri Søker","email":"siri@example.org"}`, `"link":{"code":"` + link.Code, `"policy":"last_link/1"`, `"weight":1`, `"user_id":"` + me.ID.String(),
		}, []string{"Åpen Dør", `"reason":"credit.`}},
		{"by the open door", "hr", "GET", "/applications?job_id=" + other.ID.String(), nil, 200, []string{`"credits":[]`}, []string{`"link"`, "privat"}},
		{"moved", "hr", "POST", stage, m{"stage": "interview", "note": "Ringte."}, 200, []string{`"stage":"interview"`}, []string{"Ringte"}},
		{"a stage that is none", "hr", "POST", stage, m{"stage": "gone"}, 422, []string{`"location":"stage"`}, nil},
		{"a note too long", "hr", "POST", stage, m{"stage": "offer", "note": strings.Repeat("x", 2001)}, 422, []string{`"location":"note"`}, nil},
		{"no application", "hr", "POST", "/applications/" + models.NewID().String() + "/stage", m{"stage": "offer"}, 404, nil, nil},
		{"hired", "hr", "POST", stage, m{"stage": "hired", "note": nil}, 200, []string{`"stage":"hired"`}, nil},
		{"the report", "hr", "GET", "/reports/referrals", nil, 200, []string{`"key":"` + me.ID.String(), `"label":"` + me.Name, `"applications":1,"qualified":1,"hires":1`, `"hits":0`, `"next":""`}, nil},
		{"by channel and day", "hr", "GET", "/reports/referrals?group_by=channel&from=2020-01-01&to=2099-01-01T00:00:00Z", nil, 200, []string{`"key":"email"`}, nil},
		{"of another job", "hr", "GET", "/reports/referrals?group_by=skill&job_id=" + other.ID.String(), nil, 200, []string{`"items":[]`}, nil},
		{"by what is none", "hr", "GET", "/reports/referrals?group_by=shoe", nil, 422, []string{`"location":"group_by"`}, nil},
		{"no day", "hr", "GET", "/reports/referrals?from=yesterday", nil, 422, []string{`"location":"from"`}, nil},
		{"the wrong way round", "hr", "GET", "/reports/referrals?from=2026-02-01&to=2026-01-01", nil, 422, []string{`"location":"to"`}, nil},
	})
}
