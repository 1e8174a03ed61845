package models_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

func TestWhoIsLetIntoAClosedGroupIsTold(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, bo := someone(t, db, "Ada Eier", models.RoleEmployee), someone(t, db, "Bo Medlem", models.RoleEmployee)
	g := group(t, db, ada, models.GroupClosed, "Planlegging", bo)
	told := func() []models.Notice {
		t.Helper()
		ns, _, err := db.Notices(ctx, bo, "")
		if err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(ns, func(n models.Notice) bool { return n.Kind != models.NoticeLetIn })
	}
	if ns := told(); len(ns) != 1 || ns[0].Told.Path != "/groups/"+g.ID.String() {
		t.Fatalf("got %+v", ns)
	}
	if err := db.AddMembers(ctx, ada, g.ID, bo.ID); err != nil { // who is in it already
		t.Fatal(err)
	}
	if got := notices(t, db, bo); got != models.NoticeLetIn {
		t.Errorf("let in twice: got %q", got)
	}
	if err := db.RemoveMember(ctx, ada, g.ID, bo.ID); err != nil {
		t.Fatal(err)
	}
	if ns := told(); len(ns) != 0 {
		t.Errorf("taken out, Bo reads the group's name still: %+v", ns)
	}
}

func TestWhatSomebodyWroteGoesWithThemWhereTheyChoseThat(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, goes, hr := someone(t, db, "Ada Eier", models.RoleEmployee), someone(t, db, "Geir Går", models.RoleEmployee), someone(t, db, "Hanne Holm", models.RoleHR)
	g := group(t, db, ada, models.GroupOpen, "Kaia", goes)
	theirs, others := write(t, db, goes, g.ID, "Hemmelige ord"), write(t, db, ada, g.ID, "Noe annet")
	for _, r := range []struct {
		by models.User
		on models.Post
	}{{ada, theirs}, {goes, others}} {
		if _, err := db.ReportPost(ctx, r.by, r.on.ID, "Fordi "+r.by.Name); err != nil {
			t.Fatal(err)
		}
	}
	s, err := db.Suggest(ctx, ada, models.Suggestion{Kind: "clip", Title: "Verkstedet"})
	if err != nil {
		t.Fatal(err)
	}
	remark, err := db.AddRemark(ctx, goes, models.RemarkOn{SuggestionID: &s.ID}, "Hemmelige ord")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.SetPostsGo(ctx, goes.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := db.Deactivate(ctx, hr, goes.ID); err != nil {
		t.Fatal(err)
	}
	if r, err := db.Remark(ctx, ada, remark.ID); err != nil || r.Text != "" || r.RemovedAt == nil || r.ByHouse() {
		t.Errorf("the remark says %+v %v", r, err)
	}
	open, _, _, err := db.Reports(ctx, hr)
	if err != nil || len(open) != 2 {
		t.Fatalf("HR keeps %+v %v", open, err)
	}
	for _, r := range open { // what waits goes on waiting, without a word of who left
		mine := r.UserID != nil && *r.UserID == ada.ID && r.Reason != "" && r.Text == "" && r.AuthorID == nil
		theirs := r.UserID == nil && r.Reason == "" && r.Text != "" && r.AuthorID != nil
		if !mine && !theirs {
			t.Errorf("HR keeps %+v", r)
		}
	}
}

func TestWhoHasLeftIsNamedInNoNotice(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	if _, err := a.AnswerColleague(ctx, a.kari, a.question.ID, "Per Vik", ""); err != nil {
		t.Fatal(err)
	}
	if err := a.Deactivate(ctx, a.hr, a.kari.ID); err != nil {
		t.Fatal(err)
	}
	if got := told(t, a.DB, a.per); !slices.Contains(got, "Former colleague thought of you when somebody asked for “Sveiser”.") {
		t.Errorf("got %q", got)
	}
}

func TestWhatWasWrittenElsewhereMeanwhileIsNotLost(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	ada, bo := someone(t, db, "Ada Eier", models.RoleEmployee), someone(t, db, "Bo Medlem", models.RoleEmployee)
	g := group(t, db, ada, models.GroupClosed, "Kaia", bo)
	if err := db.SetOwner(ctx, ada, g.ID, bo.ID, true); err != nil {
		t.Fatal(err)
	}
	p := write(t, db, ada, g.ID, "Først")
	s, err := db.Suggest(ctx, bo, models.Suggestion{Kind: "clip", Title: "Verkstedet"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := db.AddRemark(ctx, ada, models.RemarkOn{SuggestionID: &s.ID}, "Først")
	if err != nil {
		t.Fatal(err)
	}
	g, err = db.Group(ctx, ada, g.ID)
	if err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string]func(text, was string) error{
		"post": func(text, was string) error {
			_, err := db.EditPost(ctx, ada, p.ID, models.Edit{Text: text, Was: was})
			return err
		},
		"remark": func(text, was string) error {
			_, err := db.EditRemark(ctx, ada, r.ID, models.Edit{Text: text, Was: was})
			return err
		},
		"group": func(text, was string) error {
			return db.ChangeGroup(ctx, map[bool]models.User{true: ada, false: bo}[text == "En"], g.ID, models.GroupInput{Name: text, Was: was})
		},
	} {
		was := map[string]string{"post": p.Version(), "remark": r.Version(), "group": g.Version()}[name]
		c.Add(time.Minute)
		if err := edit("En", was); err != nil {
			t.Errorf("%s: the first: %v", name, err)
		}
		c.Add(time.Minute)
		if err := edit("To", was); !refusedFor(err, "edit.error.changed") {
			t.Errorf("%s: the second, from the same version: got %v", name, err)
		}
		if err := edit("To", ""); err != nil {
			t.Errorf("%s: who does not say from which: %v", name, err)
		}
	}
}

func TestListsGoOn(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	exec(t, a.DB, `insert into questions (id, user_id, title, everybody, created_at, updated_at, closed_at)
		select gen_random_uuid(), $1, 'Nr ' || n, true, $2::timestamptz - n * interval '1 minute', $2, case when n % 2 = 0 then $2::timestamptz - n * interval '1 minute' end from generate_series(1, 130) n`, a.asker.ID, a.clock.Now())
	exec(t, a.DB, `insert into suggestions (id, user_id, kind, title, state, reason, decided_at, created_at)
		select gen_random_uuid(), $1, 'clip', 'Nr ' || n, case when n % 2 = 0 then 'taken' else 'open' end, '', $2, $2 from generate_series(1, 130) n`, a.kari.ID, a.clock.Now())
	on := models.RemarkOn{}
	a.scan(t, &on.SuggestionID, `select id from suggestions limit 1`)
	exec(t, a.DB, `insert into remarks (id, user_id, suggestion_id, text, at) select gen_random_uuid(), $1, $2, 'Nr ' || n, $3 from generate_series(1, 230) n`, a.kari.ID, *on.SuggestionID, a.clock.Now())
	exec(t, a.DB, `insert into groups (id, kind, name, created_at, updated_at) select gen_random_uuid(), 'open', 'Åpen ' || n, $1, $1 from generate_series(1, 70) n`, a.clock.Now())
	exec(t, a.DB, `insert into post_reports (id, text, written_at, reason, at, decided_at) select gen_random_uuid(), '', $1, 'x', $1, $1 from generate_series(1, 70) n`, a.clock.Now())
	for name, list := range map[string]struct {
		want int
		page func(after string) (ids []uuid.UUID, next string, err error)
	}{
		"open questions": {66, func(after string) ([]uuid.UUID, string, error) {
			rows, next, err := a.Questions(ctx, a.per, false, after)
			return idsOf(rows, func(r models.QuestionRow) uuid.UUID { return r.ID }), next, err
		}},
		"closed questions": {65, func(after string) ([]uuid.UUID, string, error) {
			rows, next, err := a.Questions(ctx, a.per, true, after)
			return idsOf(rows, func(r models.QuestionRow) uuid.UUID { return r.ID }), next, err
		}},
		"remarks": {230, func(after string) ([]uuid.UUID, string, error) {
			rows, next, err := a.Remarks(ctx, a.per, on, after)
			return idsOf(rows, func(r models.Remark) uuid.UUID { return r.ID }), next, err
		}},
		"groups found": {70, func(after string) ([]uuid.UUID, string, error) {
			rows, next, err := a.SearchGroups(ctx, a.per, "åpen", after)
			return idsOf(rows, func(g models.Group) uuid.UUID { return g.ID }), next, err
		}},
		"reports": {70, func(after string) ([]uuid.UUID, string, error) {
			if after != "" {
				rows, next, err := a.DecidedReports(ctx, a.hr, after)
				return idsOf(rows, func(r models.PostReport) uuid.UUID { return r.ID }), next, err
			}
			_, rows, next, err := a.Reports(ctx, a.hr)
			return idsOf(rows, func(r models.PostReport) uuid.UUID { return r.ID }), next, err
		}},
		"suggestions": {65, func(after string) (ids []uuid.UUID, next string, err error) {
			page := 0
			if after != "" {
				if _, err := fmt.Sscan(after, &page); err != nil {
					return nil, "", err
				}
			}
			rows, more, err := a.Suggestions(ctx, a.per, false, page)
			if more {
				next = fmt.Sprint(page + 1)
			}
			return idsOf(rows, func(r models.SuggestionRow) uuid.UUID { return r.ID }), next, err
		}},
	} {
		seen, after := map[uuid.UUID]bool{}, ""
		for turns := 0; turns == 0 || after != ""; turns++ {
			ids, next, err := list.page(after)
			if err != nil || turns > 20 {
				t.Fatalf("%s: page %d: %v", name, turns, err)
			}
			for _, id := range ids {
				if seen[id] {
					t.Errorf("%s: shown twice", name)
				}
				seen[id] = true
			}
			after = next
		}
		if len(seen) != list.want {
			t.Errorf("%s: got %d, want %d", name, len(seen), list.want)
		}
	}
	for _, err := range []error{
		errOfPage(a.Questions(ctx, a.per, false, "x")), errOfPage(a.Remarks(ctx, a.per, on, "x")), errOfPage(a.SearchGroups(ctx, a.per, "åpen", "x")),
	} {
		if _, bad := errors.AsType[*models.ValidationError](err); !bad {
			t.Errorf("a cursor of nobody's making: got %v", err)
		}
	}
}

func idsOf[T any](rows []T, id func(T) uuid.UUID) (ids []uuid.UUID) {
	for _, r := range rows {
		ids = append(ids, id(r))
	}
	return ids
}

func errOfPage[T any](_ []T, _ string, err error) error { return err }

func TestNamesStandInNorwegianOrder(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada := someone(t, db, "Ada Eier", models.RoleEmployee)
	g := group(t, db, ada, models.GroupOpen, "Kaia")
	want := []string{"Zoe", "Ærlend", "Øystein", "Åse"}
	for _, name := range []string{"Åse", "Øystein", "Zoe", "Ærlend"} {
		if err := db.JoinGroup(ctx, someone(t, db, name, models.RoleLeader), g.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := db.AddTeam(ctx, name, nil); err != nil {
			t.Fatal(err)
		}
	}
	names, _, err := db.Nameable(ctx, ada, g.ID)
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("who may be named: got %q %v", names, err)
	}
	teams, err := db.Teams(ctx)
	var got []string
	for _, team := range teams {
		got = append(got, team.Name)
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("teams: got %q %v", got, err)
	}
}

// largeGroup makes a group with many members, called Medlem 0001 and so on.
func largeGroup(t *testing.T, db *models.DB, owner models.User, kind string, n int) models.Group {
	t.Helper()
	g := group(t, db, owner, kind, "Hele verftet")
	exec(t, db, `with u as (insert into users (id, email, email_key, name, role, joined_at, created_at, updated_at)
			select gen_random_uuid(), 'm' || n || '@example.org', 'm' || n || '@example.org', 'Medlem ' || lpad(n::text, 4, '0'), 'employee', now(), now(), now()
			from generate_series(1, $2::int) n returning id)
		insert into group_members (group_id, user_id, joined_at, seen_at) select $1, id, now(), now() from u`, g.ID, n)
	return g
}

func TestEveryMemberOfALargeGroupIsListedAndMayBeNamed(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, odd := someone(t, db, "Ada Eier", models.RoleEmployee), someone(t, db, "Odd Utenfor", models.RoleHR)
	g := largeGroup(t, db, ada, models.GroupClosed, 620)
	var got []string
	for after, pages := "", 0; ; pages++ {
		ms, next, err := db.Members(ctx, ada, g.ID, after)
		if err != nil || pages > 20 {
			t.Fatal(pages, err)
		}
		for _, m := range ms {
			got = append(got, m.User.Name)
		}
		if after = next; after == "" {
			break
		}
	}
	if len(got) != 621 || got[0] != "Ada Eier" || !slices.IsSorted(got[1:]) || len(slices.Compact(got)) != 621 {
		t.Errorf("listed: got %d, from %q to %q", len(got), got[0], got[len(got)-1])
	}
	if _, _, err := db.Members(ctx, ada, g.ID, "x"); !isValidation(err) {
		t.Errorf("a cursor of nobody's: got %v", err)
	}
	if names, more, err := db.Nameable(ctx, ada, g.ID); err != nil || len(names) == 0 || !more {
		t.Errorf("on the page: got %d %v %v, want to hear of more", len(names), more, err)
	}
	for begun, want := range map[string][]string{
		"medlem 0619": {"Medlem 0619"}, "0620": {"Medlem 0620"}, "Medlem 062": {"Medlem 0620"}, "edlem": nil, "Ada": nil, "%": nil, "odd": nil,
	} {
		if names, err := db.NameableAs(ctx, ada, g.ID, begun); err != nil || !slices.Equal(names, want) {
			t.Errorf("%q: got %q %v, want %q", begun, names, err, want)
		}
	}
	if names, err := db.NameableAs(ctx, odd, g.ID, "Medlem"); err != nil || len(names) > 0 {
		t.Errorf("who is not in it hears of %q %v", names, err)
	}
}

// isValidation tells whether one value was refused.
func isValidation(err error) bool {
	_, is := errors.AsType[*models.ValidationError](err)
	return is
}
