package staff_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
	"kollega/storage"
)

func TestPersonalDownloadIsAskedFor(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	clip := s.Clip(job, models.Clip{})
	me := s.Person(models.RoleEmployee)
	link, other, bare := s.Link(me, job, "tiktok"), s.Link(s.User(models.User{}), job, "tiktok"), s.Link(me, s.Job(models.Job{}), "snapchat")
	page := "/share/" + job.ID.String() + "?link=" + link.ID.String()
	wish := url.Values{"format": {"vertical"}, "captions": {"1"}}
	s.Run(t, []handlerstest.Scenario{
		{Name: "offered", As: "employee", Path: page, WantStatus: 200, WantBody: []string{"TikTok", `action="/links/` + link.ID.String() + `/cuts"`, `value="vertical" checked`}, NotBody: []string{"/cuts/" + link.ID.String()}},
		{Name: "no clip", As: "employee", Path: "/links/" + bare.ID.String() + "/cuts", Form: wish, WantStatus: 303},
		{Name: "another's", As: "employee", Path: "/links/" + other.ID.String() + "/cuts", Form: wish, WantStatus: 404},
		{Name: "no such shape", As: "employee", Path: "/links/" + link.ID.String() + "/cuts", Form: url.Values{"format": {"round"}}, WantStatus: 422},
		{Name: "asked", As: "employee", Path: "/links/" + link.ID.String() + "/cuts", Form: wish, WantStatus: 303},
		{Name: "come back", As: "employee", Path: page + "&cut=vertical", WantStatus: 200, WantBody: []string{"Klippet ditt lages", "Se om det er klart"}},
	})
	ask := func() handlerstest.Answer {
		return s.As("employee").PostForm("/links/"+link.ID.String()+"/cuts", wish, "Accept", "application/json")
	}
	if got := ask(); got.Status != http.StatusAccepted || !strings.Contains(got.Body, `"processing"`) {
		t.Errorf("on its way: %d %s", got.Status, got.Body)
	}
	set := func(sql string, args ...any) {
		if _, err := s.DB.Pool().Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	set(`update makings set status = 'failed', error_code = 'disk', updated_at = now() where kind = 'personal'`)
	if got := ask(); got.Status != http.StatusAccepted || !strings.Contains(got.Body, "disk") {
		t.Errorf("failed: %d %s", got.Status, got.Body)
	}
	set(`update makings set status = 'ready', key = 'clip-made', size = 4000 where kind = 'personal'`)
	var token string
	if err := s.DB.Pool().QueryRow(t.Context(), `select token from makings where kind = 'personal'`).Scan(&token); err != nil {
		t.Fatal(err)
	}
	if err := s.Store.Put(t.Context(), "clip-made", strings.NewReader(strings.Repeat("film", 1000)), storage.PutOptions{ContentType: "video/mp4"}); err != nil {
		t.Fatal(err)
	}
	if got := ask(); got.Status != http.StatusOK || !strings.Contains(got.Body, "/cuts/"+token) {
		t.Errorf("ready: %d %s", got.Status, got.Body)
	}
	// A file is not packed again, so that a phone may ask for parts of it and knows how much there is.
	if got := s.Guest().Get("/cuts/"+token, "Accept-Encoding", "gzip"); got.Header.Get("Content-Encoding") != "" || got.Header.Get("Content-Length") != "4000" {
		t.Errorf("a browser that takes gzip: %v", got.Header)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "there", As: "employee", Path: page + "&cut=vertical", WantStatus: 200, WantBody: []string{"/cuts/" + token + "?download=1", job.Slug + "-vertical.mp4"}},
		{Name: "by its secret", As: "guest", Path: "/cuts/" + token, WantStatus: 200, WantBody: []string{"film"}},
		{Name: "guessed", As: "guest", Path: "/cuts/" + strings.Repeat("A", 26), WantStatus: 404},
		{Name: "taken down", As: "hr", Method: "POST", Path: "/hr/clips/" + clip.ID.String() + "/unpublish", WantStatus: 303},
		{Name: "gone", As: "guest", Path: "/cuts/" + token, WantStatus: 404},
	})
}
