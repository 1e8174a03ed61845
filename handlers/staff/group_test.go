package staff_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"kollega/handlers/api"
	"kollega/handlers/handlerstest"
	"kollega/models"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// photo is a JPEG that tells where it was taken.
func photo(t *testing.T) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 40, 20))
	for x := range 40 {
		p.SetRGBA(x, x/2, color.RGBA{R: 200, A: 255})
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, p, nil))
	place := append([]byte("\xff\xd8\xff\xe1\x00\x40Exif\x00\x00II*\x00"), []byte(strings.Repeat("67.28 N 14.40 E ", 4)[:52])...)
	return append(place, b.Bytes()[2:]...)
}

var pictureAddress = regexp.MustCompile(`/groups/[0-9a-f-]+/pictures/[0-9a-f-]+`)

func TestAPostWithAPictureAJobAndALink(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada, bo := s.User(models.User{Name: "Ada Lie"}), s.User(models.User{Name: "Bo Dal"})
	g, err := s.DB.MakeGroup(t.Context(), ada, models.GroupInput{Name: "Verftet", Kind: models.GroupClosed})
	must(t, err)
	must(t, s.DB.AddMembers(t.Context(), ada, g.ID, bo.ID))
	job := s.Job(models.Job{Title: "Sveiser"})
	s.Clip(job, models.Clip{})
	at := "/groups/" + g.ID.String()
	got := s.AsUser(ada).PostMultipart(at+"/posts", url.Values{"text": {"Se https://example.org/verft <b>nå</b>\nog hit"}, "attach": {"job:" + job.ID.String()}, "picture_alt": {"Kaia i sol"}},
		handlerstest.File{Field: "pictures", Name: "kai.jpg", Type: "image/jpeg", Content: photo(t)})
	if got.Status != http.StatusSeeOther || got.Location != at {
		t.Fatalf("got %d to %q: %.900s", got.Status, got.Location, got.Body)
	}
	page := s.AsUser(bo).Get(at)
	for _, want := range []string{
		`<a href="https://example.org/verft" rel="nofollow noopener noreferrer ugc">`, "&lt;b&gt;nå&lt;/b&gt;", "/share/" + job.ID.String(), "Sveiser", `alt="Kaia i sol"`, "Ada Lie",
	} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	address := pictureAddress.FindString(page.Body)
	picture := s.AsUser(bo).Get(address)
	if picture.Status != 200 || picture.Header.Get("Content-Type") != "image/jpeg" || picture.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the picture: got %d %v", picture.Status, picture.Header)
	}
	if strings.Contains(picture.Body, "67.28 N") || strings.Contains(picture.Body, "Exif") {
		t.Error("the picture tells where it was taken")
	}
	if _, err := jpeg.Decode(strings.NewReader(picture.Body)); err != nil {
		t.Errorf("the picture is none: %v", err)
	}
	if got := s.As("hr").Get(address); got.Status != 404 {
		t.Errorf("HR asks for the picture: got %d", got.Status)
	}
	_, err = s.DB.Pool().Exec(t.Context(), `update jobs set status = 'closed' where id = $1`, job.ID)
	must(t, err)
	if page := s.AsUser(bo).Get(at); strings.Contains(page.Body, "/share/"+job.ID.String()) {
		t.Error("a job that is closed is offered still")
	}
}

func TestWhatIsRefusedKeepsItsWords(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada := s.User(models.User{})
	g, err := s.DB.MakeGroup(t.Context(), ada, models.GroupInput{Name: "Åpen", Kind: models.GroupOpen})
	must(t, err)
	at := "/groups/" + g.ID.String()
	c := s.AsUser(ada)
	file := func(name string, content []byte) handlerstest.File {
		return handlerstest.File{Field: "pictures", Name: name, Type: "image/png", Content: content}
	}
	for name, files := range map[string][]handlerstest.File{
		"a program": {file("bilde.png", []byte("<svg onload=alert(1)>"))},
		"too many":  {file("1.jpg", photo(t)), file("2.jpg", photo(t)), file("3.jpg", photo(t)), file("4.jpg", photo(t)), file("5.jpg", photo(t))},
		"too large": {file("stor.jpg", bytes.Repeat([]byte{0xff, 0xd8, 0xff}, 5<<20))},
	} {
		got := c.PostMultipart(at+"/posts", url.Values{"text": {"Mine ord"}}, files...)
		if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "Mine ord</textarea>") || !strings.Contains(got.Body, `id="pictures-error"`) {
			t.Errorf("%s: got %d: %.600s", name, got.Status, got.Body)
		}
	}
	if got := c.PostForm(at+"/posts", url.Values{"text": {" "}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("nothing: got %d", got.Status)
	}
	p, err := s.DB.Post(t.Context(), ada, g.ID, models.NewPost{Text: "Hei"})
	must(t, err)
	long := strings.Repeat("å", models.MaxPost+1)
	for _, form := range []string{"", "/comments"} {
		if got := c.PostForm(at+"/posts/"+p.ID.String()+form, url.Values{"text": {long}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, long) {
			t.Errorf("%q too long: got %d", form, got.Status)
		}
	}
	bo := s.AsUser(s.User(models.User{}))
	if got := bo.PostForm(at+"/posts/"+p.ID.String()+"/report", url.Values{"reason": {""}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a report without a reason: got %d", got.Status)
	}
}

// TestNoPhotographStaysOnTheDisk sends one that no group takes, and one that its form is refused with.
func TestNoPhotographStaysOnTheDisk(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada := s.User(models.User{})
	g, err := s.DB.MakeGroup(t.Context(), ada, models.GroupInput{Name: "Åpen", Kind: models.GroupOpen})
	must(t, err)
	size := 3<<20 + int(g.ID[15]) + 256*int(g.ID[14]) // of no other file
	photograph := handlerstest.File{Field: "pictures", Name: "stor.jpg", Type: "image/jpeg", Content: bytes.Repeat([]byte{0xff}, size)}
	for at, want := range map[string]int{"/groups/" + models.NewID().String(): http.StatusNotFound, "/groups/none": http.StatusNotFound, "/groups/" + g.ID.String(): http.StatusUnprocessableEntity} {
		if got := s.AsUser(ada).PostMultipart(at+"/posts", url.Values{"text": {"Hei"}}, photograph); got.Status != want {
			t.Errorf("%s: got %d, want %d", at, got.Status, want)
		}
		left, err := filepath.Glob(filepath.Join(os.TempDir(), "multipart-*"))
		must(t, err)
		for _, name := range left {
			if info, err := os.Stat(name); err == nil && info.Size() == int64(size) {
				t.Errorf("%s: %s lies there", at, name)
				must(t, os.Remove(name))
			}
		}
	}
}

func TestADraftIsThereAfterAReload(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada := s.User(models.User{})
	g, err := s.DB.MakeGroup(t.Context(), ada, models.GroupInput{Name: "Åpen", Kind: models.GroupOpen})
	must(t, err)
	at := "/groups/" + g.ID.String()
	c := s.AsUser(ada)
	if got := c.PostForm(at+"/draft", url.Values{"text": {"Halvveis"}}); got.Status != http.StatusNoContent {
		t.Fatalf("got %d", got.Status)
	}
	if got := c.Get(at); !strings.Contains(got.Body, "Halvveis</textarea>") {
		t.Error("the draft is not in the form")
	}
	if got := s.As("hr").Get(at); got.Status != 200 || strings.Contains(got.Body, "Halvveis") {
		t.Errorf("HR, in the same group: got %d, with the draft", got.Status)
	}
	c.PostForm(at+"/posts", url.Values{"text": {"Helt"}})
	if got := c.Get(at); strings.Contains(got.Body, "Halvveis") {
		t.Error("what was sent is a draft still")
	}
}

// TestNothingOfAClosedGroupLeaks walks pages, search, live stream, notices and API as HR, an administrator, a leader and another
// colleague, and looks for the words, the name and the ids.
func TestNothingOfAClosedGroupLeaks(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada, bo := s.User(models.User{Name: "Ada Lie"}), s.User(models.User{Name: "Bo Dal"})
	g, err := s.DB.MakeGroup(t.Context(), ada, models.GroupInput{Name: "Kjerringrokk", About: "Tyttebærtur", Kind: models.GroupClosed})
	must(t, err)
	must(t, s.DB.AddMembers(t.Context(), ada, g.ID, bo.ID))
	p, err := s.DB.Post(t.Context(), ada, g.ID, models.NewPost{Text: "Multemyra er hemmelig @Hr Hansen @Employee Hansen @Admin Hansen @Leader Hansen"})
	must(t, err)
	comment, err := s.DB.Post(t.Context(), bo, g.ID, models.NewPost{ParentID: &p.ID, Text: "Blåbærmyra er hemmelig, @Hr Hansen"})
	must(t, err)
	secrets := []string{"Kjerringrokk", "Tyttebær", "Multemyra", "Blåbærmyra", g.ID.String(), p.ID.String(), comment.ID.String()}
	leaks := func(who, path string, got handlerstest.Answer) {
		t.Helper()
		for _, secret := range secrets {
			if strings.Contains(got.Body, secret) && !strings.Contains(path, url.QueryEscape(secret)) {
				t.Errorf("%s: %s has %q", who, path, secret)
			}
		}
	}
	at := "/groups/" + g.ID.String()
	for _, role := range []string{"employee", "leader", "hr", "admin"} {
		c := s.As(role)
		stream := c.Live("/live?on=groups&on=notices&on=group:" + g.ID.String() + "&since=" + onward(t, s))
		for _, path := range []string{
			"/", "/groups", "/groups?q=hemmelig", "/groups?q=Multemyra", "/groups?q=Kjerringrokk", "/groups/talk?q=lie", "/notices", "/settings/me",
			at, at + "/people", at + "/edit", at + "/posts/" + p.ID.String(), at + "/posts/" + comment.ID.String(), at + "/posts/" + uuid.NewString(),
		} {
			got := c.Get(path)
			leaks(role, path, got)
			if strings.HasPrefix(path, at) && got.Status != 404 {
				t.Errorf("%s: %s: got %d, want 404", role, path, got.Status)
			}
		}
		if role == "hr" || role == "admin" {
			for _, path := range []string{"/hr/people", "/hr/people/" + ada.ID.String(), "/hr/reported", "/hr/jobs", "/hr/referrals"} {
				leaks(role, path, c.Get(path))
			}
		}
		program := s.API(role)
		for _, o := range api.Operations() {
			if o.Method == http.MethodGet {
				leaks(role+"'s program", o.Path, program.Get(strings.NewReplacer("{id}", g.ID.String(), ":id", g.ID.String()).Replace(o.Path)))
			}
		}
		if got := program.Get(at); got.Status == 200 {
			t.Errorf("%s's program reads %s", role, at)
		}
		_, err := s.DB.Post(t.Context(), ada, g.ID, models.NewPost{Text: "Multemyra igjen"})
		must(t, err)
		open, err := s.DB.MakeGroup(t.Context(), c.User, models.GroupInput{Name: "Åpen " + role, Kind: models.GroupOpen}) // the last to be told
		must(t, err)
		_ = open
		for _, topic := range stream.Until(1) {
			if topic != "groups" {
				t.Errorf("%s is told of %q", role, topic)
			}
		}
		stream.Close()
	}
	if got := s.As("admin").Get("/settings/audit"); strings.Contains(got.Body, "Multemyra") || strings.Contains(got.Body, "Kjerringrokk") {
		t.Error("the audit log tells of a closed group")
	}
}

func TestAReactionAndAReportByTheirForms(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada, bo := s.User(models.User{Name: "Ada Lie"}), s.User(models.User{Name: "Bo Dal"})
	g, err := s.DB.MakeGroup(t.Context(), ada, models.GroupInput{Name: "Kjerringrokk", Kind: models.GroupClosed})
	must(t, err)
	must(t, s.DB.AddMembers(t.Context(), ada, g.ID, bo.ID))
	p, err := s.DB.Post(t.Context(), ada, g.ID, models.NewPost{Text: "Stygge ord"})
	must(t, err)
	group := "/groups/" + g.ID.String()
	post, c := group+"/posts/"+p.ID.String(), s.AsUser(bo)
	tap := func(value string, headers ...string) string {
		return c.PostForm(post+"/react", url.Values{"tap": {value}, "back": {"group"}}, headers...).Location
	}
	if to := tap("thanks:1"); to != group+"#post-"+p.ID.String() {
		t.Errorf("sent to %q", to)
	}
	if got := c.Get(post); !strings.Contains(got.Body, fmt.Sprintf(`id="tap-%s-thanks" name="tap" value="thanks:0" aria-pressed="true"`, p.ID)) {
		t.Errorf("the tap is not there: %.2000s", got.Body)
	}
	if to := tap("thanks:0", "HX-Request", "true"); to != post+"?list=1" {
		t.Errorf("by a script: sent to %q", to)
	}
	if got := c.Get(post); !strings.Contains(got.Body, `value="thanks:1" aria-pressed="false"`) {
		t.Error("the tap is not taken back")
	}
	c.PostForm(post+"/report", url.Values{"reason": {"Ikke greit"}})
	hr := s.As("hr").Get("/hr/reported")
	if !strings.Contains(hr.Body, "Stygge ord") || !strings.Contains(hr.Body, "Ikke greit") || !strings.Contains(hr.Body, "Bo Dal") || strings.Contains(hr.Body, "Kjerringrokk") || strings.Contains(hr.Body, g.ID.String()) {
		t.Errorf("HR reads %.3000s", hr.Body)
	}
	reports, _, _, err := s.DB.Reports(t.Context(), s.Person("hr"))
	must(t, err)
	if got := s.As("hr").PostForm("/hr/reported/"+reports[0].ID.String(), url.Values{"answer": {""}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("no answer: got %d", got.Status)
	}
	s.As("hr").PostForm("/hr/reported/"+reports[0].ID.String(), url.Values{"answer": {"Vi fjernet det"}, "remove": {"1"}})
	if got := c.Get(post); strings.Contains(got.Body, "Stygge ord") || !strings.Contains(got.Body, "Fjernet av HR") {
		t.Error("the post stands still")
	}
	if got := c.Get(post); !strings.Contains(got.Body, "Vi fjernet det") {
		t.Error("who reported it does not read the answer where the post was")
	}
	if got := c.Get("/notices"); !strings.Contains(got.Body, "HR har svart på det du meldte") || strings.Contains(got.Body, "Vi fjernet det") {
		t.Error("who reported it is not told that HR answered, or of more than that")
	}
	own := "/reported/" + reports[0].ID.String()
	if err := s.DB.LeaveGroup(t.Context(), bo, g.ID); err != nil {
		t.Fatal(err)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "another's", As: "employee", Path: own, WantStatus: 404},
		{Name: "HR's own page is another", As: "hr", Path: own, WantStatus: 404},
	})
	if got := c.Get(own); got.Status != 200 || !strings.Contains(got.Body, "Vi fjernet det") || !strings.Contains(got.Body, "Ikke greit") || strings.Contains(got.Body, "Stygge ord") {
		t.Errorf("after leaving the group: got %d %.2000s", got.Status, got.Body)
	}
}

func TestALostTalkIsFoundByThePeopleInIt(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada, bo, cy := s.User(models.User{Name: "Ada Lie"}), s.User(models.User{Name: "Bo Dal"}), s.User(models.User{Name: "Cy Ek"})
	c := s.AsUser(ada)
	page := c.Get("/groups/talk?q=dal&person=" + cy.ID.String())
	if !strings.Contains(page.Body, `value="`+bo.ID.String()+`">`) || !strings.Contains(page.Body, `value="`+cy.ID.String()+`" checked>`) {
		t.Errorf("the page does not offer Bo and keep Cy: %.3000s", page.Body)
	}
	form := url.Values{"person": {bo.ID.String(), cy.ID.String()}}
	first := c.PostForm("/groups/talk", form)
	again := s.AsUser(bo).PostForm("/groups/talk", url.Values{"person": {ada.ID.String(), cy.ID.String()}})
	if first.Status != http.StatusSeeOther || first.Location != again.Location {
		t.Errorf("got %d to %q, and then to %q", first.Status, first.Location, again.Location)
	}
	if got := c.Get(first.Location); !strings.Contains(got.Body, "<h1>Bo Dal, Cy Ek</h1>") {
		t.Errorf("the talk is called otherwise: %.1500s", got.Body)
	}
	if got := c.PostForm("/groups/talk", url.Values{}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("with nobody: got %d", got.Status)
	}
}

func TestAQuestionIsShownWhereItIsFound(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	leader, ctx := s.Person("leader"), t.Context()
	g, err := s.DB.MakeGroup(ctx, leader, models.GroupInput{Name: "Lukket verft", Kind: models.GroupClosed})
	if err != nil {
		t.Fatal(err)
	}
	q, err := s.DB.Ask(ctx, leader, models.QuestionInput{Title: "Platesveiser", Words: "Med aluminium", Groups: []uuid.UUID{g.ID}})
	if err != nil {
		t.Fatal(err)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "its title", As: "leader", Path: "/groups?q=platesveiser", WantStatus: 200, WantBody: []string{"Hvem kjenner noen?", `href="/questions/` + q.ID.String() + `"`, "Platesveiser", "Lukket verft"}},
		{Name: "its text", As: "leader", Path: "/groups?q=aluminium", WantStatus: 200, WantBody: []string{"Platesveiser"}},
		{Name: "not in the group", As: "hr", Path: "/groups?q=platesveiser", WantStatus: 200, NotBody: []string{q.ID.String(), "Lukket verft"}},
	})
}

func TestWhoMayBeNamedInALargeGroupIsAskedFor(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada := s.Person("employee")
	g, err := s.DB.MakeGroup(t.Context(), ada, models.GroupInput{Name: "Hele verftet", Kind: models.GroupClosed})
	must(t, err)
	_, err = s.DB.Pool().Exec(t.Context(), `with u as (insert into users (id, email, email_key, name, role, joined_at, created_at, updated_at)
			select gen_random_uuid(), 'm' || n || '@example.org', 'm' || n || '@example.org', 'Medlem ' || lpad(n::text, 4, '0'), 'employee', now(), now(), now()
			from generate_series(1, 320) n returning id)
		insert into group_members (group_id, user_id, joined_at, seen_at) select $1, id, now(), now() from u`, g.ID)
	must(t, err)
	at := "/groups/" + g.ID.String()
	people := s.As("employee").Get(at + "/people")
	next := regexp.MustCompile(`href="(/groups/[^"]*/people\?cursor=[^"]*)"`).FindStringSubmatch(people.Body)
	if next == nil {
		t.Fatalf("got %d, want a second page of members", people.Status)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "the group", As: "employee", Path: at, WantStatus: 200, WantBody: []string{`data-colleagues-at="` + at + `/names"`}},
		{Name: "the last", As: "employee", Path: at + "/names?q=medlem+0320", WantStatus: 200, WantBody: []string{`{"names":["Medlem 0320"]}`}},
		{Name: "nobody", As: "employee", Path: at + "/names?q=Xerxes", WantStatus: 200, WantBody: []string{`{"names":[]}`}},
		{Name: "not in the group", As: "hr", Path: at + "/names?q=medlem", WantStatus: 404},
		{Name: "its first members", As: "employee", Path: at + "/people", WantStatus: 200, WantBody: []string{"Medlem 0001"}, NotBody: []string{"Medlem 0150"}},
		{Name: "its next members", As: "employee", Path: next[1], WantStatus: 200, WantBody: []string{"Medlem 0150", "Fra begynnelsen"}, NotBody: []string{"Medlem 0001"}},
		{Name: "whom to add", As: "employee", Path: at + "/people?q=Medlem", WantStatus: 200, WantBody: []string{"Ingen"}},
	})
}
