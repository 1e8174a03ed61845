package models_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

func group(t *testing.T, db *models.DB, by models.User, kind, name string, with ...models.User) models.Group {
	t.Helper()
	g, err := db.MakeGroup(t.Context(), by, models.GroupInput{Name: name, Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range with {
		if kind == models.GroupOpen {
			err = db.JoinGroup(t.Context(), u, g.ID)
		} else {
			err = db.AddMembers(t.Context(), by, g.ID, u.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return g
}

func write(t *testing.T, db *models.DB, by models.User, group uuid.UUID, text string) models.Post {
	t.Helper()
	p, err := db.Post(t.Context(), by, group, models.NewPost{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func answer(t *testing.T, db *models.DB, by models.User, p models.Post, text string) models.Post {
	t.Helper()
	c, err := db.Post(t.Context(), by, p.GroupID, models.NewPost{ParentID: &p.ID, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// texts are what posts say, in order.
func texts(ps []models.Post) string {
	var out []string
	for _, p := range ps {
		out = append(out, p.Text)
	}
	return strings.Join(out, " | ")
}

// notices are the kinds of somebody's notices.
func notices(t *testing.T, db *models.DB, u models.User) string {
	t.Helper()
	var s *string
	if err := db.Pool().QueryRow(t.Context(), `select string_agg(kind, ' ' order by at, kind) from notices where user_id = $1`, u.ID).Scan(&s); err != nil {
		t.Fatal(err)
	}
	if s == nil {
		return ""
	}
	return *s
}

// TestAClosedGroupIsThereForItsMembersAlone tries every way in, as everybody else in the house.
func TestAClosedGroupIsThereForItsMembersAlone(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, bo := someone(t, db, "Ada Eier", models.RoleEmployee), someone(t, db, "Bo Medlem", models.RoleEmployee)
	g := group(t, db, ada, models.GroupClosed, "Hemmelig planlegging", bo)
	outside := []models.User{
		someone(t, db, "Ute Ansatt", models.RoleEmployee), someone(t, db, "Ute Leder", models.RoleLeader), someone(t, db, "Ute Hr", models.RoleHR), someone(t, db, "Ute Admin", models.RoleAdmin),
	}
	p, err := db.Post(ctx, ada, g.ID, models.NewPost{
		Text: "Sveiseren slutter. @Ute Ansatt @Ute Leder @Ute Hr @Ute Admin", Pictures: []models.PostPicture{{Key: models.PictureKey(), Width: 10, Height: 10}},
	})
	if err != nil {
		t.Fatal(err)
	}
	comment := answer(t, db, bo, p, "Det visste jeg. @Ute Hr")
	if _, err := db.React(ctx, bo, p.ID, "thanks", true); err != nil {
		t.Fatal(err)
	}
	talk, err := db.Talk(ctx, ada, bo.ID)
	if err != nil {
		t.Fatal(err)
	}
	said := write(t, db, ada, talk.ID, "Sveiseren igjen")
	picture, err := db.SeenPost(ctx, bo, p.ID)
	if err != nil || len(picture.Pictures) != 1 {
		t.Fatalf("a member sees %+v, %v", picture, err)
	}
	for _, u := range outside {
		for name, try := range map[string]func(group, post uuid.UUID) error{
			"its page": func(group, _ uuid.UUID) error { _, err := db.Group(ctx, u, group); return err },
			"a post":   func(_, post uuid.UUID) error { _, err := db.SeenPost(ctx, u, post); return err },
			"a picture": func(group, _ uuid.UUID) error {
				_, err := db.SeenPicture(ctx, u, group, picture.Pictures[0].ID)
				return err
			},
			"joining":    func(group, _ uuid.UUID) error { return db.JoinGroup(ctx, u, group) },
			"leaving":    func(group, _ uuid.UUID) error { return db.LeaveGroup(ctx, u, group) },
			"muting":     func(group, _ uuid.UUID) error { return db.MuteGroup(ctx, u, group, true) },
			"renaming":   func(group, _ uuid.UUID) error { return db.ChangeGroup(ctx, u, group, models.GroupInput{Name: "Min"}) },
			"letting in": func(group, _ uuid.UUID) error { return db.AddMembers(ctx, u, group, u.ID) },
			"taking out": func(group, _ uuid.UUID) error { return db.RemoveMember(ctx, u, group, bo.ID) },
			"owning":     func(group, _ uuid.UUID) error { return db.SetOwner(ctx, u, group, bo.ID, true) },
			"writing": func(group, _ uuid.UUID) error {
				_, err := db.Post(ctx, u, group, models.NewPost{Text: "Hei"})
				return err
			},
			"drafting": func(group, _ uuid.UUID) error { return db.KeepDraft(ctx, u, group, "Hei") },
			"editing": func(_, post uuid.UUID) error {
				_, err := db.EditPost(ctx, u, post, models.Edit{Text: "Hei"})
				return err
			},
			"removing":  func(_, post uuid.UUID) error { _, err := db.RemovePost(ctx, u, post); return err },
			"pinning":   func(_, post uuid.UUID) error { _, err := db.PinPost(ctx, u, post, true); return err },
			"tapping":   func(_, post uuid.UUID) error { _, err := db.React(ctx, u, post, "thanks", true); return err },
			"reporting": func(_, post uuid.UUID) error { _, err := db.ReportPost(ctx, u, post, "Hei"); return err },
			"commenting": func(group, post uuid.UUID) error {
				_, err := db.Post(ctx, u, group, models.NewPost{ParentID: &post, Text: "Hei"})
				return err
			},
		} {
			for _, at := range [][2]uuid.UUID{{g.ID, p.ID}, {g.ID, comment.ID}, {talk.ID, said.ID}} {
				if err := try(at[0], at[1]); !errors.Is(err, models.ErrNotFound) {
					t.Errorf("%s: %s: got %v, want that it is not there", u.Name, name, err)
				}
			}
		}
		// A comment from an open group does not lead in either.
		mine := group(t, db, u, models.GroupOpen, "Åpen "+u.Name)
		if _, err := db.Post(ctx, u, mine.ID, models.NewPost{ParentID: &p.ID, Text: "Hei"}); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: a comment from another group: got %v", u.Name, err)
		}
		ps, _, err := db.Posts(ctx, u, g.ID, "")
		cs, _, err2 := db.Comments(ctx, u, p.ID, "")
		pinned, err3 := db.Pinned(ctx, u, g.ID)
		ms, _, err4 := db.Members(ctx, u, g.ID, "")
		found, _, err5 := db.SearchPosts(ctx, u, "sveiser", "")
		groups, _, err6 := db.SearchGroups(ctx, u, "hemmelig", "")
		some, _, err7 := db.OpenGroups(ctx, u, "")
		own, _, err8 := db.MyGroups(ctx, u, "")
		told, _, err9 := db.Notices(ctx, u, "")
		if err := errors.Join(err, err2, err3, err4, err5, err6, err7, err8, err9); err != nil {
			t.Fatal(err)
		}
		if n := len(ps) + len(cs) + len(pinned) + len(ms) + len(found) + len(groups) + len(told); n > 0 {
			t.Errorf("%s: sees %d posts, %d comments, %d members, found %d posts and %d groups, is told %d things", u.Name, len(ps), len(cs), len(ms), len(found), len(groups), len(told))
		}
		for _, list := range [][]models.Group{some, own} {
			if slices.ContainsFunc(list, func(x models.Group) bool { return x.Kind != models.GroupOpen }) {
				t.Errorf("%s: is shown %+v", u.Name, list)
			}
		}
		if got := notices(t, db, u); got != "" {
			t.Errorf("%s: has notices %q", u.Name, got)
		}
	}
	// One who was a member, and is no more, is one of them.
	if err := db.RemoveMember(ctx, ada, g.ID, bo.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := db.SeenPost(ctx, bo, comment.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("taken out, Bo sees their own comment still: %v", err)
	}
	if told, _, err := db.Notices(ctx, bo, ""); err != nil || slices.ContainsFunc(told, func(n models.Notice) bool { return n.GroupID != nil && *n.GroupID == g.ID }) {
		t.Errorf("taken out, Bo is told still of %+v, %v", told, err)
	}
}

func TestNobodyOutsideHearsOfAClosedGroup(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ada, bo, hr := colleague(t, db, "Ada", "ada@example.org"), colleague(t, db, "Bo", "bo@example.org"), add(t, db, "hr@example.org", models.RoleHR)
	closed, open := group(t, db, ada, models.GroupClosed, "Lukket"), group(t, db, ada, models.GroupOpen, "Åpen")
	ears := []*ear{listens(t, db, ada), listens(t, db, bo), listens(t, db, hr)}
	var p models.Post
	for _, step := range []struct {
		name        string
		do          func()
		ada, bo, hr string
	}{
		{"a post in a closed group", func() { p = write(t, db, ada, closed.ID, "Hei") }, "group groups", "", ""},
		{"a comment", func() { answer(t, db, ada, p, "Og hei") }, "group groups", "", ""},
		{"a tap", func() { _, _ = db.React(t.Context(), ada, p.ID, "agree", true) }, "group groups", "", ""},
		{"an edit", func() { _, _ = db.EditPost(t.Context(), ada, p.ID, models.Edit{Text: "Hallo"}) }, "group groups", "", ""},
		{"another name", func() { _ = db.ChangeGroup(t.Context(), ada, closed.ID, models.GroupInput{Name: "Lukkere"}) }, "group groups", "", ""},
		{"a post in an open group", func() { write(t, db, ada, open.ID, "Hei") }, "group groups", "group", "group"},
		{"Bo is let in", func() { _ = db.AddMembers(t.Context(), ada, closed.ID, bo.ID) }, "group groups", "group groups notices", ""},
		{"a post that Bo may read", func() { write(t, db, ada, closed.ID, "Hei, Bo") }, "group groups", "group groups notices", ""},
		{"Bo reads it", func() { _ = db.SeeGroup(t.Context(), bo, closed.ID, db.Now().Add(time.Hour)) }, "", "groups", ""},
		{"Bo is taken out", func() { _ = db.RemoveMember(t.Context(), ada, closed.ID, bo.ID) }, "group groups", "groups", ""},
		{"a post after that", func() { write(t, db, ada, closed.ID, "Bo er ute") }, "group groups", "", ""},
	} {
		step.do()
		for i, want := range []string{step.ada, step.bo, step.hr} {
			if got := ears[i].heard(); got != want {
				t.Errorf("%s: %s heard %q, want %q", step.name, ears[i].user.Email, got, want)
			}
		}
	}
}

func TestTheSameColleaguesFindTheirTalkAgain(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, bo, cy := colleague(t, db, "Ada", "ada@example.org"), colleague(t, db, "Bo", "bo@example.org"), colleague(t, db, "Cy", "cy@example.org")
	var wg sync.WaitGroup
	got := make([]models.Group, 8)
	for i := range got {
		wg.Go(func() {
			by, with := ada, bo
			if i%2 == 1 {
				by, with = bo, ada
			}
			var err error
			if got[i], err = db.Talk(ctx, by, with.ID, by.ID, with.ID); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, g := range got {
		if g.ID != got[0].ID {
			t.Fatalf("two who begin at once have two talks: %v and %v", g.ID, got[0].ID)
		}
	}
	three, err := db.Talk(ctx, ada, bo.ID, cy.ID)
	if err != nil || three.ID == got[0].ID {
		t.Errorf("with a third one: got %v, %v", three.ID, err)
	}
	g, err := db.Group(ctx, bo, three.ID)
	if err != nil || len(g.With) != 2 || g.With[0].Name != "Ada" || g.Size != 3 {
		t.Errorf("Bo sees %+v, %v", g, err)
	}
	write(t, db, ada, three.ID, "Hei")
	if got := notices(t, db, cy); got != "message" {
		t.Errorf("Cy is told %q", got)
	}
	// Who has left is not talked to behind their back: the same people begin anew.
	if err := db.LeaveGroup(ctx, cy, three.ID); err != nil {
		t.Fatal(err)
	}
	again, err := db.Talk(ctx, ada, bo.ID, cy.ID)
	if err != nil || again.ID == three.ID {
		t.Errorf("after Cy has left: got the old one, %v", err)
	}
	if _, err := db.SeenPost(ctx, cy, write(t, db, ada, three.ID, "Cy er borte").ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("Cy reads on: %v", err)
	}
	var refused *models.ValidationError
	if _, err := db.Talk(ctx, ada, ada.ID); !errors.As(err, &refused) {
		t.Errorf("with oneself: got %v", err)
	}
	if err := db.Deactivate(ctx, models.System(), cy.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Talk(ctx, ada, cy.ID); !errors.As(err, &refused) {
		t.Errorf("with somebody who has left: got %v", err)
	}
	// Nothing is kept that nobody sees.
	for _, u := range []models.User{ada, bo} {
		if err := db.LeaveGroup(ctx, u, three.ID); err != nil {
			t.Fatal(err)
		}
	}
	if n := rowsOf(t, db, `select count(*) from groups where id = $1`, three.ID) + rowsOf(t, db, `select count(*) from posts where group_id = $1`, three.ID); n != 0 {
		t.Errorf("%d rows of a talk that everybody has left", n)
	}
}

func TestAGroupKeepsAnOwner(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	ada, bo, cy := colleague(t, db, "Ada", "ada@example.org"), colleague(t, db, "Bo", "bo@example.org"), colleague(t, db, "Cy", "cy@example.org")
	g := group(t, db, ada, models.GroupClosed, "Lukket")
	for _, u := range []models.User{cy, bo} {
		c.Add(time.Hour)
		if err := db.AddMembers(ctx, ada, g.ID, u.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.SetOwner(ctx, bo, g.ID, bo.ID, true); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("a member makes themself an owner: %v", err)
	}
	if err := db.SetOwner(ctx, ada, g.ID, ada.ID, false); !errors.Is(err, models.ErrConflict) {
		t.Errorf("the last owner is one no more: %v", err)
	}
	if err := db.LeaveGroup(ctx, ada, g.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := db.Group(ctx, cy, g.ID); err != nil || !got.Owned() {
		t.Errorf("who has been there longest does not own it: %+v, %v", got.Member, err)
	}
	if got, err := db.Group(ctx, bo, g.ID); err != nil || got.Owned() {
		t.Errorf("the newest owns it as well: %+v, %v", got.Member, err)
	}
	if err := db.Deactivate(ctx, models.System(), cy.ID); err != nil { // leaving the house is leaving the group
		t.Fatal(err)
	}
	if got, err := db.Group(ctx, bo, g.ID); err != nil || !got.Owned() {
		t.Errorf("the one who is left does not own it: %+v, %v", got.Member, err)
	}
	if err := db.LeaveGroup(ctx, bo, g.ID); err != nil {
		t.Fatal(err)
	}
	if n := rowsOf(t, db, `select count(*) from groups`); n != 0 {
		t.Error("an empty closed group is there still")
	}
	open := group(t, db, ada, models.GroupOpen, "Åpen")
	if err := db.LeaveGroup(ctx, ada, open.ID); err != nil {
		t.Fatal(err)
	}
	if err := db.JoinGroup(ctx, bo, open.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := db.Group(ctx, bo, open.ID); err != nil || !got.Owned() {
		t.Errorf("the first in an empty open group does not own it: %+v, %v", got.Member, err)
	}
}

// TestTheLastTwoOwnersLeaveAtOnce has one owner after it, whoever came first.
func TestTheLastTwoOwnersLeaveAtOnce(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, bo, cy := colleague(t, db, "Ada", "ada@example.org"), colleague(t, db, "Bo", "bo@example.org"), colleague(t, db, "Cy", "cy@example.org")
	for range 5 {
		g := group(t, db, ada, models.GroupClosed, "Lukket", bo, cy)
		if err := db.SetOwner(ctx, ada, g.ID, bo.ID, true); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for _, u := range []models.User{ada, bo} {
			wg.Go(func() {
				if err := db.LeaveGroup(ctx, u, g.ID); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got, err := db.Group(ctx, cy, g.ID); err != nil || !got.Owned() || got.Size != 1 {
			t.Errorf("left is %+v of %d, %v", got.Member, got.Size, err)
		}
	}
}
