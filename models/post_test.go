package models_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

func TestWhoIsToldOfAPost(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, bo, cy, di, out := colleague(t, db, "Ada Lie", "ada@example.org"), colleague(t, db, "Bo Dal", "bo@example.org"), colleague(t, db, "Cy Dal", "cy@example.org"),
		colleague(t, db, "Åse Å", "ase@example.org"), colleague(t, db, "Ute", "ute@example.org")
	g, closed := group(t, db, ada, models.GroupOpen, "Åpen", bo, cy, di), group(t, db, ada, models.GroupClosed, "Lukket", bo)
	if err := db.MuteGroup(ctx, cy, g.ID, true); err != nil {
		t.Fatal(err)
	}
	all := []models.User{ada, bo, cy, di, out}
	var p models.Post
	for _, c := range []struct {
		name  string
		do    func()
		want  [5]string // of Ada, Bo, Cy who has muted it, Åse, and who is not in it
		after bool      // what was told before stands
	}{
		{"a post", func() { p = write(t, db, ada, g.ID, "Hei alle") }, [5]string{"", "post", "", "post", ""}, false},
		{"who is named is told that, once", func() { write(t, db, ada, g.ID, "@BO DAL og @åse å og @Cy Dal og @Bo Dal") }, [5]string{"", "mention_post", "", "mention_post", ""}, false},
		{"in an open group anybody is named", func() { write(t, db, bo, g.ID, "Spør @ute@example.org") }, [5]string{"post", "", "", "post", "mention_post"}, false},
		{"a comment is for who wrote the post", func() { answer(t, db, di, p, "Hei") }, [5]string{"comment", "", "", "", ""}, false},
		{"and for who commented before", func() { answer(t, db, out, p, "Hei fra meg") }, [5]string{"comment", "", "", "comment", ""}, false},
		{"an address is no mention", func() { answer(t, db, ada, p, "post@bo dal") }, [5]string{"", "", "", "comment", "comment"}, false},
		{"in a closed group members alone", func() { write(t, db, ada, closed.ID, "@Ute @Åse Å @Bo Dal") }, [5]string{"", "mention_post", "", "", ""}, false},
		{"an edit tells who is new in it", func() { _, _ = db.EditPost(ctx, ada, p.ID, models.Edit{Text: "Hei alle, og @Bo Dal"}) }, [5]string{"", "mention_post", "", "", ""}, false},
		{"and nobody twice", func() { _, _ = db.EditPost(ctx, ada, p.ID, models.Edit{Text: "Hei @Bo Dal!"}) }, [5]string{"", "mention_post", "", "", ""}, true},
	} {
		if !c.after {
			exec(t, db, `delete from notices`)
		}
		c.do()
		var got [5]string
		for i, u := range all {
			got[i] = notices(t, db, u)
		}
		if got != c.want {
			t.Errorf("%s: told %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWhatNoticesOfPostsSay(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ada, bo := colleague(t, db, "Ada Lie", "ada@example.org"), colleague(t, db, "Bo Dal", "bo@example.org")
	g := group(t, db, ada, models.GroupOpen, "Kantina", bo)
	p := write(t, db, bo, g.ID, "Hei")
	c := answer(t, db, ada, p, "Hei du")
	ns, _, err := db.Notices(t.Context(), bo, "")
	if err != nil || len(ns) != 1 || ns[0].Told.Path != "/groups/"+g.ID.String()+"/posts/"+p.ID.String()+"#post-"+c.ID.String() || !slices.Contains(ns[0].Told.Words, any("Kantina")) {
		t.Fatalf("Bo is told %+v, %v", ns, err)
	}
	if err := db.ReadPosts(t.Context(), bo, p, c); err != nil {
		t.Fatal(err)
	}
	if n, err := db.UnreadNotices(t.Context(), bo.ID); err != nil || n != 0 {
		t.Errorf("with the post before them, %d notices are unread, %v", n, err)
	}
	if _, err := db.RemovePost(t.Context(), ada, c.ID); err != nil {
		t.Fatal(err)
	}
	if ns, _, err := db.Notices(t.Context(), bo, ""); err != nil || len(ns) != 0 {
		t.Errorf("of what was removed Bo is told still: %+v, %v", ns, err)
	}
}

func TestWhatIsEditedOrRemovedLeavesATrace(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, bo, cy := colleague(t, db, "Ada", "ada@example.org"), colleague(t, db, "Bo", "bo@example.org"), colleague(t, db, "Cy", "cy@example.org")
	g := group(t, db, ada, models.GroupOpen, "Åpen", bo, cy)
	key := models.PictureKey()
	p, err := db.Post(ctx, bo, g.ID, models.NewPost{Text: "Uskikk", Pictures: []models.PostPicture{{Key: key, Width: 1, Height: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	answer(t, db, cy, p, "Enig")
	if _, err := db.EditPost(ctx, ada, p.ID, models.Edit{Text: "Mitt"}); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("an owner edits: %v", err)
	}
	if got, err := db.EditPost(ctx, bo, p.ID, models.Edit{Text: "Skikk"}); err != nil || got.EditedAt == nil || got.Text != "Skikk" {
		t.Errorf("edited: %+v, %v", got, err)
	}
	if _, err := db.RemovePost(ctx, cy, p.ID); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("another member removes it: %v", err)
	}
	if _, err := db.RemovePost(ctx, ada, p.ID); err != nil {
		t.Fatal(err)
	}
	ps, _, err := db.Posts(ctx, cy, g.ID, "")
	if err != nil || len(ps) != 1 || ps[0].Text != "" || ps[0].RemovedHow != models.RemovedByOwner || len(ps[0].Pictures) != 0 || ps[0].Comments != 1 {
		t.Errorf("after an owner removed it: %+v, %v", ps, err)
	}
	if found, _, err := db.SearchPosts(ctx, cy, "skikk", ""); err != nil || len(found) != 0 {
		t.Errorf("it is found still: %+v, %v", found, err)
	}
	if n := rowsOf(t, db, `select count(*) from river_job where kind = 'delete_objects' and args::text like '%' || $1 || '%'`, key); n != 1 {
		t.Errorf("its picture is to be removed %d times", n)
	}
	for name, err := range map[string]error{
		"edit":    errOf(db.EditPost(ctx, bo, p.ID, models.Edit{Text: "Igjen"})),
		"remove":  errOf(db.RemovePost(ctx, bo, p.ID)),
		"tap":     errOf(db.React(ctx, bo, p.ID, "agree", true)),
		"comment": errOf(db.Post(ctx, bo, g.ID, models.NewPost{ParentID: &p.ID, Text: "Etterpå"})),
	} {
		if !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s what is gone: %v", name, err)
		}
	}
	mine := write(t, db, bo, g.ID, "Mitt eget")
	if _, err := db.RemovePost(ctx, bo, mine.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := db.SeenPost(ctx, cy, mine.ID); err != nil || got.RemovedHow != models.RemovedByAuthor {
		t.Errorf("after its author removed it: %+v, %v", got, err)
	}
}

func errOf[T any](_ T, err error) error { return err }

func TestTwoPostAtOnceAndNothingIsThereTwice(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, bo := colleague(t, db, "Ada", "ada@example.org"), colleague(t, db, "Bo", "bo@example.org")
	g := group(t, db, ada, models.GroupOpen, "Åpen", bo)
	id := models.NewID()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			by, in := ada, models.NewPost{Text: fmt.Sprintf("Ada %d", i)}
			if i%2 == 0 {
				by, in = bo, models.NewPost{ID: id, Text: "Sendt på nytt over en dårlig linje"}
			}
			if _, err := db.Post(ctx, by, g.ID, in); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := rowsOf(t, db, `select count(*) from posts`); n != 11 {
		t.Errorf("%d posts, want ten of Ada's and one of Bo's", n)
	}
	if n := rowsOf(t, db, `select count(*) from notices where user_id = $1`, ada.ID); n != 1 {
		t.Errorf("Ada is told %d times of Bo's", n)
	}
	if _, err := db.Post(ctx, ada, g.ID, models.NewPost{ID: id, Text: "En annens"}); !errors.Is(err, models.ErrConflict) {
		t.Errorf("under another's id: %v", err)
	}
}

func TestPagesShowEveryPostOnceWhileOthersWrite(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ada := colleague(t, db, "Ada", "ada@example.org")
	g := group(t, db, ada, models.GroupOpen, "Åpen")
	want := map[string]bool{}
	for i := range 50 {
		if i%7 != 0 { // some at the very same moment
			c.Add(time.Second)
		}
		want[write(t, db, ada, g.ID, fmt.Sprintf("Nr. %d", i)).Text] = true
	}
	seen, cursor := map[string]int{}, ""
	for page := 0; page == 0 || cursor != ""; page++ {
		ps, next, err := db.Posts(t.Context(), ada, g.ID, cursor)
		if err != nil || page > 5 {
			t.Fatal(page, err)
		}
		for _, p := range ps {
			seen[p.Text]++
		}
		write(t, db, ada, g.ID, "I mellomtiden")
		cursor = next
	}
	for text := range want {
		if seen[text] != 1 {
			t.Errorf("%s is shown %d times", text, seen[text])
		}
	}
	if _, _, err := db.Posts(t.Context(), ada, g.ID, "tull"); err == nil {
		t.Error("a made-up cursor is taken")
	}
}

func TestWhatIsUnreadIsOthersAndNew(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	ada, bo := colleague(t, db, "Ada", "ada@example.org"), colleague(t, db, "Bo", "bo@example.org")
	g := group(t, db, ada, models.GroupOpen, "Åpen")
	write(t, db, ada, g.ID, "Før Bo kom")
	c.Add(time.Minute)
	if err := db.JoinGroup(ctx, bo, g.ID); err != nil {
		t.Fatal(err)
	}
	unread := func(u models.User) int {
		t.Helper()
		gs, _, err := db.MyGroups(ctx, u, "")
		if err != nil || len(gs) != 1 {
			t.Fatalf("%+v, %v", gs, err)
		}
		return gs[0].Unread
	}
	if n := unread(bo); n != 0 {
		t.Errorf("of what was before, %d are unread", n)
	}
	c.Add(time.Minute)
	p := write(t, db, ada, g.ID, "En")
	answer(t, db, ada, p, "En kommentar")
	write(t, db, bo, g.ID, "Bos egen")
	if n := unread(bo); n != 1 {
		t.Errorf("%d unread, want Ada's", n)
	}
	if err := db.SeeGroup(ctx, bo, g.ID, p.At); err != nil {
		t.Fatal(err)
	}
	if n := unread(bo); n != 0 {
		t.Errorf("seen, %d are unread", n)
	}
	c.Add(time.Minute)
	exec(t, db, `insert into posts (id, group_id, user_id, text, at) select gen_random_uuid(), $1, $2, 'x', $3 from generate_series(1, 150)`, g.ID, ada.ID, c.Now())
	if n := unread(bo); n != models.MaxUnreadPosts+1 {
		t.Errorf("of 150, %d are counted", n)
	}
}

func TestADraftIsItsWritersUntilItIsSent(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, bo := colleague(t, db, "Ada", "ada@example.org"), colleague(t, db, "Bo", "bo@example.org")
	g := group(t, db, ada, models.GroupClosed, "Lukket", bo)
	draft := func(u models.User) string {
		t.Helper()
		s, err := db.Draft(ctx, u, g.ID)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, text := range []string{"Jeg te", "Jeg tenker"} {
		if err := db.KeepDraft(ctx, ada, g.ID, text); err != nil {
			t.Fatal(err)
		}
	}
	if draft(ada) != "Jeg tenker" || draft(bo) != "" {
		t.Errorf("Ada has %q, Bo %q", draft(ada), draft(bo))
	}
	p := write(t, db, ada, g.ID, "Jeg tenker høyt")
	if draft(ada) != "" {
		t.Errorf("sent, there is %q", draft(ada))
	}
	_ = db.KeepDraft(ctx, ada, g.ID, "Neste")
	answer(t, db, ada, p, "En kommentar sender ikke utkastet")
	if draft(ada) != "Neste" {
		t.Errorf("after a comment there is %q", draft(ada))
	}
	if err := db.KeepDraft(ctx, ada, g.ID, " "); err != nil || draft(ada) != "" {
		t.Errorf("emptied, there is %q, %v", draft(ada), err)
	}
	if err := db.KeepDraft(ctx, ada, g.ID, strings.Repeat("å", models.MaxPost+1)); err == nil {
		t.Error("a draft of any length is kept")
	}
	_ = db.KeepDraft(ctx, bo, g.ID, "Bos")
	if err := db.LeaveGroup(ctx, bo, g.ID); err != nil {
		t.Fatal(err)
	}
	if n := rowsOf(t, db, `select count(*) from post_drafts`); n != 0 {
		t.Error("the draft of one who left is kept")
	}
}

func TestWhoLeavesTheHouseKeepsTheirWord(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, stays, goes := colleague(t, db, "Ada", "ada@example.org"), colleague(t, db, "Bli Ver", "blir@example.org"), colleague(t, db, "Gå Bort", "gar@example.org")
	g := group(t, db, ada, models.GroupOpen, "Åpen", stays, goes)
	if err := db.SetPostsGo(ctx, goes.ID, true); err != nil {
		t.Fatal(err)
	}
	p := write(t, db, ada, g.ID, "Spørsmål")
	for _, u := range []models.User{stays, goes} {
		write(t, db, u, g.ID, "Innlegg fra "+u.Name)
		answer(t, db, u, p, "Svar fra "+u.Name)
		if _, err := db.React(ctx, u, p.ID, "agree", true); err != nil {
			t.Fatal(err)
		}
		if err := db.Deactivate(ctx, models.System(), u.ID); err != nil {
			t.Fatal(err)
		}
	}
	ps, _, err := db.Posts(ctx, ada, g.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	cs, _, err := db.Comments(ctx, ada, p.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range append(ps, cs...) {
		if w.By(ada) {
			continue
		}
		if w.Author() != nil {
			t.Errorf("%q bears the name %s", w.Text, w.Author().Name)
		}
		if gone := w.RemovedHow == models.RemovedByLeft; gone == strings.HasSuffix(w.Text, "Bli Ver") || !gone && !strings.HasSuffix(w.Text, "Bli Ver") {
			t.Errorf("%q, removed %q", w.Text, w.RemovedHow)
		}
	}
	if got, err := db.SeenPost(ctx, ada, p.ID); err != nil || got.Reacted["agree"].Count != 1 {
		t.Errorf("taps: %+v, %v, want the one of who stays", got.Reacted, err)
	}
	if g, err := db.Group(ctx, ada, g.ID); err != nil || g.Size != 1 {
		t.Errorf("%d members, %v", g.Size, err)
	}
}

func TestHRSeesOfAReportWhatWasHandedOver(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	ada, bo, hr := colleague(t, db, "Ada", "ada@example.org"), colleague(t, db, "Bo", "bo@example.org"), someone(t, db, "Hr Hansen", models.RoleHR)
	g := group(t, db, ada, models.GroupClosed, "Hemmelig", bo)
	p := write(t, db, ada, g.ID, "Stygge ord")
	write(t, db, ada, g.ID, "Noe annet")
	if _, err := db.ReportPost(ctx, ada, p.ID, "Meg selv"); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("one's own: %v", err)
	}
	for _, reason := range []string{"Dette er ikke greit", "En gang til"} {
		if _, err := db.ReportPost(ctx, bo, p.ID, reason); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = db.EditPost(ctx, ada, p.ID, models.Edit{Text: "Pene ord"})
	open, _, _, err := db.Reports(ctx, hr)
	if err != nil || len(open) != 1 || open[0].Text != "Stygge ord" || open[0].Reason != "Dette er ikke greit" || open[0].User.Name != "Bo" || open[0].Author.Name != "Ada" {
		t.Fatalf("HR sees %+v, %v", open, err)
	}
	if _, err := db.SeenPost(ctx, hr, p.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("and the post itself: %v", err)
	}
	for _, u := range []models.User{ada, bo} {
		if _, _, _, err := db.Reports(ctx, u); !errors.Is(err, models.ErrForbidden) {
			t.Errorf("%s reads reports: %v", u.Name, err)
		}
		if _, _, err := db.DecidedReports(ctx, u, ""); !errors.Is(err, models.ErrForbidden) {
			t.Errorf("%s reads what was decided: %v", u.Name, err)
		}
		if err := db.DecideReport(ctx, u, open[0].ID, true, "Nei"); !errors.Is(err, models.ErrForbidden) {
			t.Errorf("%s decides: %v", u.Name, err)
		}
	}
	other := someone(t, db, "Odd Hr", models.RoleHR)
	own := group(t, db, hr, models.GroupOpen, "Åpen")
	if _, err := db.ReportPost(ctx, bo, write(t, db, hr, own.ID, "Fra HR selv").ID, "Heller ikke greit"); err != nil {
		t.Fatal(err)
	}
	if mine, _, _, err := db.Reports(ctx, hr); err != nil || len(mine) != 1 {
		t.Errorf("HR reads what was reported of themself: %+v, %v", mine, err)
	}
	if theirs, _, _, err := db.Reports(ctx, other); err != nil || len(theirs) != 2 {
		t.Errorf("another of HR reads %d reports, %v", len(theirs), err)
	}
	exec(t, db, `delete from post_reports where text = 'Fra HR selv'`)
	if err := db.DecideReport(ctx, hr, open[0].ID, true, "Fjernet. Takk."); err != nil {
		t.Fatal(err)
	}
	if err := db.DecideReport(ctx, hr, open[0].ID, false, "En gang til"); !errors.Is(err, models.ErrConflict) {
		t.Errorf("decided twice: %v", err)
	}
	got, err := db.SeenPost(ctx, bo, p.ID)
	if err != nil || got.RemovedHow != models.RemovedByHR || got.Reported == nil || got.Reported.Answer != "Fjernet. Takk." {
		t.Errorf("Bo sees %+v, %v", got, err)
	}
	if got, err := db.SeenPost(ctx, ada, p.ID); err != nil || got.Reported != nil {
		t.Errorf("Ada sees who reported: %+v, %v", got.Reported, err)
	}
	c.Add(200 * 24 * time.Hour)
	if err := db.ForgetExpired(ctx); err != nil {
		t.Fatal(err)
	}
	if n := rowsOf(t, db, `select count(*) from post_reports`); n != 0 {
		t.Error("what was reported is kept for good")
	}
}

func TestWordsAreFoundInBothLanguages(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ada := colleague(t, db, "Ada", "ada@example.org")
	g := group(t, db, ada, models.GroupOpen, "Fiskeriteknikk")
	write(t, db, ada, g.ID, "Vi fikk to søknader til verftet")
	answer(t, db, ada, write(t, db, ada, g.ID, "The applications are starting to come"), "Søknadene er fine")
	for s, want := range map[string]string{
		"søknad":            "Søknadene er fine | Vi fikk to søknader til verftet",
		"application start": "The applications are starting to come",
		"verft -søknad":     "",
		`"to søknader"`:     "Vi fikk to søknader til verftet",
		"':* & | !":         "",
		" ":                 "",
	} {
		ps, _, err := db.SearchPosts(t.Context(), ada, s, "")
		got := strings.Split(texts(ps), " | ")
		slices.Sort(got)
		if err != nil || strings.Join(got, " | ") != want {
			t.Errorf("%q: found %q, %v, want %q", s, got, err, want)
		}
	}
	for s, want := range map[string]int{"fiskeri": 1, "teknikk": 1, "100%": 0, "_": 0} {
		if gs, _, err := db.SearchGroups(t.Context(), ada, s, ""); err != nil || len(gs) != want {
			t.Errorf("groups %q: found %d, %v", s, len(gs), err)
		}
	}
}

// TestGroupsAreReadByTheirIndexes explains what the pages of groups read on 100,000 posts.
func TestGroupsAreReadByTheirIndexes(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ada := colleague(t, db, "Ada", "ada@example.org")
	exec(t, db, `insert into groups (id, kind, name, created_at, updated_at) select gen_random_uuid(), case when n % 2 = 0 then 'open' else 'closed' end, 'Gruppe ' || n, $1, $1 from generate_series(1, 200) n`, c.Now())
	exec(t, db, `insert into group_members (group_id, user_id, owner, joined_at, seen_at) select id, $1, true, $2, $2::timestamptz - interval '300 days' from groups where name <> 'Gruppe 2'`, ada.ID, c.Now())
	exec(t, db, `with g as (select id, row_number() over () - 1 as n from groups)
		insert into posts (id, group_id, user_id, text, at)
		select gen_random_uuid(), g.id, $1, case when s % 500 = 0 then 'En sveiser' else 'Hei på dere ' || s end, $2::timestamptz - s * interval '1 minute'
		from generate_series(1, 90000) s join g on g.n = s % 200`, ada.ID, c.Now())
	exec(t, db, `insert into posts (id, group_id, parent_id, user_id, text, at)
		select gen_random_uuid(), p.group_id, p.id, p.user_id, 'Svar', p.at + interval '1 second' from (select * from posts where parent_id is null limit 10000) p`)
	exec(t, db, `insert into questions (id, user_id, title, words, everybody, created_at, updated_at)
		select gen_random_uuid(), $1, 'Hvem kjenner en ' || n, case when n % 500 = 0 then 'En sveiser' else 'Til skiftet' end, true, $2::timestamptz, $2 from generate_series(1, 5000) n`, ada.ID, c.Now())
	exec(t, db, `analyze`)
	var busy, post uuid.UUID
	if err := db.Pool().QueryRow(t.Context(), `select group_id, parent_id from posts where parent_id is not null limit 1`).Scan(&busy, &post); err != nil {
		t.Fatal(err)
	}
	_, cursor, err := db.Posts(t.Context(), ada, busy, "")
	if err != nil || cursor == "" {
		t.Fatal(cursor, err)
	}
	plans, err := db.ExplainGroups(t.Context(), ada, busy, post, cursor)
	if err != nil {
		t.Fatal(err)
	}
	for what, index := range map[string]string{
		"newest": "posts_newest", "older": "posts_newest", "comments": "posts_comments", "search": "posts_words", "mine": "posts_newest", "state": "posts_newest",
	} {
		if plan := plans[what]; !strings.Contains(plan, index) || strings.Contains(plan, "Seq Scan on posts") || strings.Contains(plan, "Sort") && (what == "newest" || what == "older") {
			t.Errorf("%s: not read by %s alone:\n%s", what, index, plan)
		}
	}
	if plan := plans["search"]; !strings.Contains(plan, "questions_words") || !strings.Contains(plan, "posts_question") {
		t.Errorf("what is asked is not searched by its indexes:\n%s", plan)
	}
}
