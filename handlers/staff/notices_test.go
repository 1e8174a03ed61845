package staff_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// noticed tells somebody of a job and gives the notice.
func noticed(t *testing.T, s *handlerstest.Site, u models.User, job models.Job) uuid.UUID {
	t.Helper()
	if err := s.DB.Notify(t.Context(), models.Notice{UserID: u.ID, Kind: models.NoticeNewJob, About: job.ID, JobID: &job.ID}); err != nil {
		t.Fatal(err)
	}
	var id uuid.UUID
	if err := s.DB.Pool().QueryRow(t.Context(), `select id from notices where user_id = $1 and about = $2`, u.ID, job.ID).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestNoticesOfAColleague(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	c := s.As(models.RoleEmployee)
	other := s.AsUser(s.User(models.User{Name: "Liv Sør"}))
	if page := c.Get("/notices"); page.Status != http.StatusOK || !strings.Contains(page.Body, "Ingen varsler ennå") || strings.Contains(page.Body, `class="count"`) {
		t.Fatalf("nothing yet: got %d", page.Status)
	}
	cook, baker := s.Job(models.Job{Title: "Kokk i Bodø"}), s.Job(models.Job{Title: "Baker <b>"})
	of := noticed(t, s, c.User, cook)
	noticed(t, s, c.User, baker)
	page := c.Get("/notices")
	for _, want := range []string{"I dag", "Ny jobb å dele: Kokk i Bodø", "Ny jobb å dele: Baker &lt;b&gt;", "Varsler, 2 uleste", `data-live="notices"`, "Merk alle som lest"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if home := c.Get("/"); !strings.Contains(home.Body, "Varsler, 2 uleste") {
		t.Error("the other pages do not tell that there are two")
	}
	path := "/notices/" + of.String()
	if got := other.Get(path); got.Status != http.StatusNotFound {
		t.Errorf("another's notice: got %d, want 404", got.Status)
	}
	if got := other.PostForm(path+"/read", nil); got.Status != http.StatusNotFound {
		t.Errorf("another's notice read: got %d, want 404", got.Status)
	}
	if got := c.Get(path); got.Status != http.StatusSeeOther || got.Location != "/share/"+cook.ID.String() {
		t.Errorf("followed: got %d to %q", got.Status, got.Location)
	}
	if page := c.Get("/notices"); !strings.Contains(page.Body, "Varsler, ett ulest") {
		t.Error("the one that was followed is not read")
	}
	if got := c.PostForm("/notices/read", nil); got.Status != http.StatusSeeOther || got.Location != "/notices" {
		t.Errorf("all read: got %d to %q", got.Status, got.Location)
	}
	if page := c.Get("/notices"); strings.Contains(page.Body, "ulest") || strings.Contains(page.Body, "Merk alle") {
		t.Error("something is unread after all was read")
	}
	if _, err := s.DB.Pool().Exec(t.Context(), `update jobs set status = 'draft' where id = $1`, cook.ID); err != nil {
		t.Fatal(err)
	}
	if page := c.Get("/notices"); strings.Contains(page.Body, "Kokk i Bodø") || !strings.Contains(page.Body, "Baker") {
		t.Error("told of what may not be seen any more, or not of what may")
	}
	if got := c.Get(path); got.Status != http.StatusNotFound {
		t.Errorf("followed to what may not be seen: got %d, want 404", got.Status)
	}
}

func TestNoticesGoOnOverThePage(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	c := s.As(models.RoleEmployee)
	for i := range 35 {
		noticed(t, s, c.User, s.Job(models.Job{Title: "Jobb nummer " + strconv.Itoa(i) + "."}))
	}
	first := c.Get("/notices")
	_, rest, more := strings.Cut(first.Body, `href="/notices?cursor=`)
	if !more || strings.Count(first.Body, "Ny jobb å dele") != 60 { // each is named by its button, too
		t.Fatalf("%d on the first page, more: %t", strings.Count(first.Body, "Ny jobb å dele"), more)
	}
	cursor, _, _ := strings.Cut(rest, `"`)
	second := c.Get("/notices?cursor=" + cursor)
	if second.Status != http.StatusOK || strings.Count(second.Body, "Ny jobb å dele") != 10 || strings.Contains(second.Body, `id="notices-part" data-live`) {
		t.Errorf("got %d, %d on the second page", second.Status, strings.Count(second.Body, "Ny jobb å dele"))
	}
	if got := c.Get("/notices?cursor=tull"); got.Status != http.StatusUnprocessableEntity && got.Status != http.StatusBadRequest {
		t.Errorf("a cursor that is none: got %d", got.Status)
	}
}

// TestAnOpenPageHearsOfItsNotices, and nobody else's does.
func TestAnOpenPageHearsOfItsNotices(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada, bo := s.User(models.User{Name: "Ada Lie"}), s.User(models.User{Name: "Bo Dal"})
	job := s.Job(models.Job{})
	since := "/live?on=notices&on=links&since=" + onward(t, s)
	hers, his := s.AsUser(ada).Live(since), s.AsUser(bo).Live(since)
	noticed(t, s, ada, job)
	s.Link(bo, job, "") // the last, so that Bo has heard all there is to hear
	if got := hers.Until(1); got[0] != "notices" {
		t.Errorf("Ada hears %q", got)
	}
	if got := his.Until(1); got[0] != "links" {
		t.Errorf("Bo hears %q", got)
	}
}

func TestChoosingWhatReachesOne(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	c := s.As(models.RoleEmployee)
	page := c.Get("/settings/notices")
	if page.Status != http.StatusOK || !strings.Contains(page.Body, `name="way_new_job"`) || strings.Contains(page.Body, `name="way_owed_climbed"`) {
		t.Fatalf("got %d, want the kinds that reach an employee", page.Status)
	}
	for _, role := range []string{models.RoleEmployee, models.RoleLeader} { // somebody of HR may have asked an employee to read an interest
		if !strings.Contains(s.As(role).Get("/settings/notices").Body, `name="way_owed"`) {
			t.Errorf("%s cannot choose how to learn who waits", role)
		}
	}
	form := url.Values{
		"way_new_job": {"daily"}, "way_thanks": {"off"}, "time_zone": {"Europe/Oslo"}, "quiet_from": {"21:30"}, "quiet_to": {"07:00"}, "digest_hour": {"9"}, "digest_day": {"5"},
	}
	if got := c.PostForm("/settings/notices", form); got.Status != http.StatusSeeOther || got.Location != "/settings/notices" {
		t.Fatalf("saved: got %d: %.500s", got.Status, got.Body)
	}
	saved, err := s.DB.NoticeChoices(t.Context(), c.User)
	if err != nil || saved.Ways["new_job"] != "daily" || saved.Ways["thanks"] != "off" || saved.Ways["message"] != "now" || *saved.QuietFrom != 21*60+30 || *saved.QuietTo != 7*60 ||
		saved.DigestHour != 9 || saved.DigestDay != 5 || saved.TimeZone != "Europe/Oslo" || saved.Sharing {
		t.Errorf("%+v, %v", saved, err)
	}
	for field, value := range map[string]string{"time_zone": "Europe/Bodø", "quiet_from": "halv ti", "quiet_to": "", "way_thanks": "due"} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(field, value)
		if got := c.PostForm("/settings/notices", bad); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `value="9" selected`) {
			t.Errorf("%s %q: got %d, want it refused and what was written kept", field, value, got.Status)
		}
	}
	page = c.Get("/settings/notices")
	for _, want := range []string{`value="21:30"`, `value="Europe/Oslo"`, `value="daily" selected`} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestDaysAreTheReaders(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	c := s.As(models.RoleEmployee)
	noticed(t, s, c.User, s.Job(models.Job{}))
	at := time.Date(2026, 3, 10, 23, 30, 0, 0, time.UTC) // the 11th in Oslo, the 10th in New York
	if _, err := s.DB.Pool().Exec(t.Context(), `update notices set at = $1`, at); err != nil {
		t.Fatal(err)
	}
	for zone, want := range map[string]string{"Europe/Oslo": "11. mars 2026", "America/New_York": "10. mars 2026"} {
		choices, err := s.DB.NoticeChoices(t.Context(), c.User)
		if err != nil {
			t.Fatal(err)
		}
		choices.TimeZone = zone
		if err := s.DB.SaveNoticeChoices(t.Context(), c.User, choices); err != nil {
			t.Fatal(err)
		}
		if page := c.Get("/notices"); !strings.Contains(page.Body, want) {
			t.Errorf("in %s the page lacks %s", zone, want)
		}
	}
}
