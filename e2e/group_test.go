package e2e_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"kollega/handlers/handlerstest"
	"kollega/internal/i18n"
	"kollega/models"
	"kollega/storage"
)

// talking are the addresses of groups in which something was said.
type talking struct{ open, closed, empty, talk, post string }

// kai is a picture of a quay, as a file.
func kai(t *testing.T) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 640, 400))
	for y := range 400 {
		for x := range 640 {
			c := color.RGBA{R: 120, G: 170, B: 205, A: 255}
			if y > 230 {
				c = color.RGBA{R: 40, G: uint8(90 + x%40), B: 110, A: 255}
			}
			if y > 180 && y < 260 && x > 220 && x < 470 {
				c = color.RGBA{R: 178, G: 58, B: 46, A: 255}
			}
			p.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// talked makes groups of the demonstration in which mine and others have said something.
func talked(t *testing.T, s *handlerstest.Site, mine, leader models.User) talking {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	found := func(by models.User, kind, name, about string, with ...models.User) models.Group {
		g, err := s.DB.MakeGroup(ctx, by, models.GroupInput{Name: name, About: about, Kind: kind})
		must(err)
		for _, u := range with {
			if kind == models.GroupOpen {
				must(s.DB.JoinGroup(ctx, u, g.ID))
			} else {
				must(s.DB.AddMembers(ctx, by, g.ID, u.ID))
			}
		}
		return g
	}
	post := func(by models.User, g models.Group, in models.NewPost) models.Post {
		p, err := s.DB.Post(ctx, by, g.ID, in)
		must(err)
		return p
	}
	gone := s.User(models.User{Name: "Unn Borte"})
	open := found(mine, models.GroupOpen, "Kaia og verftet", "For alle som arbeider ute ved kaia, og alle som vil vite hvordan det går der.", leader, gone)
	closed := found(mine, models.GroupClosed, "Julebordkomiteen", "", leader, gone)
	empty := found(mine, models.GroupClosed, "Nattskiftet", "")
	found(leader, models.GroupOpen, "Turgruppa", "Vi går hver onsdag.")
	key := models.PictureKey()
	must(s.Store.Put(ctx, key, bytes.NewReader(kai(t)), storage.PutOptions{ContentType: "image/jpeg"}))
	job, err := s.DB.OpenJobs(ctx)
	must(err)
	first := post(gone, open, models.NewPost{Text: "Ny båt ved kaia i dag!", Pictures: []models.PostPicture{{Key: key, Width: 640, Height: 400}}, PictureAlt: "En rød båt ved kaia"})
	removed := post(leader, open, models.NewPost{Text: "Feil gruppe"})
	_, err = s.DB.RemovePost(ctx, leader, removed.ID)
	must(err)
	asks := post(leader, open, models.NewPost{Text: "Vi trenger en til på verkstedet. Kjenner noen noen?\nLes mer på https://example.org/verkstedet.", JobID: &job[0].ID})
	post(mine, open, models.NewPost{Text: "Kaia er ryddet, takk til alle."})
	for _, c := range []struct {
		by   models.User
		text string
	}{{mine, "Jeg spør naboen min."}, {gone, "Naboen er flink, ja."}, {leader, "Fint! Si fra her."}} {
		_, err := s.DB.Post(ctx, c.by, open.ID, models.NewPost{ParentID: &asks.ID, Text: c.text})
		must(err)
	}
	_, err = s.DB.EditPost(ctx, gone, first.ID, models.Edit{Text: "Ny båt ved kaia i dag, og finere enn den forrige!"})
	must(err)
	for _, kind := range []string{"thanks", "cheer"} {
		_, err := s.DB.React(ctx, mine, first.ID, kind, true)
		must(err)
	}
	_, err = s.DB.React(ctx, leader, first.ID, "thanks", true)
	must(err)
	_, err = s.DB.PinPost(ctx, mine, asks.ID, true)
	must(err)
	rude := post(gone, closed, models.NewPost{Text: "Dette var ikke pent sagt."})
	_, err = s.DB.ReportPost(ctx, leader, rude.ID, "Slik snakker vi ikke til hverandre.")
	must(err)
	_, err = s.DB.ReportPost(ctx, leader, first.ID, "Vet ikke om vi kan vise båten.")
	must(err)
	waiting, _, _, err := s.DB.Reports(ctx, models.System())
	must(err)
	must(s.DB.DecideReport(ctx, models.System(), waiting[len(waiting)-1].ID, false, "Båten kan vises. Takk for at du spurte."))
	must(s.DB.Deactivate(ctx, models.System(), gone.ID))
	talk, err := s.DB.Talk(ctx, mine, leader.ID)
	must(err)
	post(leader, talk, models.NewPost{Text: "Har du fem minutter i dag?"})
	must(s.DB.KeepDraft(ctx, mine, talk.ID, "Ja, kom innom"))
	at := func(g models.Group) string { return "/groups/" + g.ID.String() }
	return talking{at(open), at(closed), at(empty), at(talk), asks.Path()}
}

// offline takes a tab's network away, or gives it back.
func (tab *tab) offline(is bool) {
	tab.t.Helper()
	_, err := chromedp.Call(tab.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Offline: is, DownloadThroughput: -1, UploadThroughput: -1}},
	})
	tab.must(err, "offline")
	_, err = chromedp.Call(tab.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: is, DownloadThroughput: -1, UploadThroughput: -1})
	tab.must(err, "offline")
}

// TestColleaguesTalkInAClosedGroup has Ada make a closed group and let Bo in, while HR looks for it.
func TestColleaguesTalkInAClosedGroup(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			p, _, _ := house(t)
			say := words(t, lang)
			p.addUser("ada@example.org", "Ada Lie", "employee")
			p.addUser("bo@example.org", "Bo Dal", "employee")
			p.addUser("hr@example.org", "Hege Roe", "hr")
			ada, bo, hr := p.come("ada@example.org", look{lang: lang, phone: true}), p.come("bo@example.org", look{lang: lang}), p.come("hr@example.org", look{lang: lang})

			ada.open("/groups/new?lang=" + lang)
			ada.fill("name", "Overraskelsen")
			ada.click(`input[name="kind"][value="closed"]`)
			ada.submit("main form[data-guard] button")
			ada.sees(say.T("group.made"), say.T("group.people.add"))
			ada.fill("q", "bo dal")
			ada.submit("main aside form .filters button")
			ada.click(`aside input[name="person"]`)
			ada.submit("main aside form button[formmethod]")
			ada.sees(say.N("group.people.added", 1), "Bo Dal")
			at := ada.path()[:len("/groups/")+36]

			bo.open("/groups?lang=" + lang)
			bo.sees("Overraskelsen")
			bo.open(at + "?lang=" + lang)
			bo.follows()
			ada.open(at + "?lang=" + lang)
			ada.follows()

			// What Ada writes is kept while the network is away, and over a reload.
			ada.offline(true)
			ada.fill("text", "Kake til Hege på fredag, @Bo Dal")
			ada.sees(say.T("draft.waits"))
			ada.click("#compose .actions button")
			ada.do("a moment for the request to fail", chromedp.Sleep(time.Second))
			ada.offline(false)
			ada.sees(say.T("draft.kept"))
			if got := eval[string](ada, `document.querySelector("#text").value`); got != "Kake til Hege på fredag, @Bo Dal" {
				t.Errorf("after the network was away, the form has %q", got)
			}
			ada.open(at + "?lang=" + lang)
			ada.sees(say.T("draft.found"))
			if got := eval[string](ada, `document.querySelector("#text").value`); got != "Kake til Hege på fredag, @Bo Dal" {
				t.Errorf("after a reload, the form has %q", got)
			}
			ada.picture("group-draft-" + lang)
			eval[bool](ada, "window.here = true")
			ada.click("#compose .actions button")
			ada.until(`document.querySelectorAll("#posts-part .post").length === 1 && document.querySelector("#text").value === ""`, patience)
			ada.stayed()
			bo.sees("Kake til Hege på fredag")
			bo.stayed()

			bo.click(`.tap[name="tap"][value="agree:1"]`)
			bo.until(`document.querySelector('.tap[value="agree:0"][aria-pressed="true"]')`, patience)
			ada.until(`document.querySelector('.tap[value^="agree"] .num')?.textContent === "1"`, patience)
			bo.stayed()
			bo.submit(`.post > footer > a.button`)
			bo.fill("text", "Jeg baker.")
			bo.click(".compose .actions button")
			bo.until(`document.querySelectorAll("#comments-part .post").length === 1`, patience)
			ada.sees(say.N("post.comments", 1))

			for _, path := range []string{at, at + "/people", at + "/posts/" + eval[string](ada, `document.querySelector(".post").id.slice(5)`)} {
				hr.missing(path)
			}
			for _, path := range []string{"/groups", "/groups?q=kake", "/groups?q=overraskelsen"} {
				hr.open(path)
				if hr.has(`a[href^="` + at + `"]`) {
					t.Errorf("%s shows HR the way to the group", path)
				}
			}
			if got, err := newClient(p, p.token("hr@example.org")).do(http.MethodGet, at, nil); err != nil || got.status == http.StatusOK {
				t.Errorf("HR's program: got %d, %v", got.status, err)
			}

			// A picture by the form, looked at by the other.
			file := filepath.Join(t.TempDir(), "kai.jpg")
			if err := os.WriteFile(file, kai(t), 0o600); err != nil {
				t.Fatal(err)
			}
			ada.click("#compose details.more > summary")
			ada.attach("#pictures", file)
			ada.click("#compose .actions button")
			ada.until(`document.querySelectorAll("#posts-part .post").length === 2`, patience)
			bo.open(at)
			bo.until(`document.querySelector(".pictures img")?.naturalWidth === 640`, patience)
			ada.picture("group-picture-" + lang)
			for _, tab := range []*tab{ada, bo, hr} {
				if got := tab.complaints(); len(got) > 0 {
					t.Errorf("complaints: %q", got)
				}
			}
		})
	}
}
