package models_test

import (
	"slices"
	"testing"

	"kollega/models"
)

// reach chooses how a kind of notice reaches somebody.
func reach(t *testing.T, db *models.DB, u models.User, kind, way string) {
	t.Helper()
	choices, err := db.NoticeChoices(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	if _, there := choices.Ways[kind]; !there {
		t.Fatalf("%s cannot choose %s", u.Role, kind)
	}
	choices.Ways[kind] = way
	if err := db.SaveNoticeChoices(t.Context(), u, choices); err != nil {
		t.Fatal(err)
	}
}

// bell are the kinds of somebody's notices that they have not looked at.
func bell(t *testing.T, db *models.DB, u models.User) (kinds []string) {
	t.Helper()
	ns, _, err := db.Notices(t.Context(), u, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range ns {
		if n.Unread() {
			kinds = append(kinds, n.Kind)
		}
	}
	return kinds
}

// forDigest is how many notices of somebody wait for a digest.
func forDigest(t *testing.T, db *models.DB, u models.User) (n int) {
	t.Helper()
	if err := db.Pool().QueryRow(t.Context(), `select count(*) from notices where user_id = $1 and due_at is not null`, u.ID).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestWhoIsNamedInANoteIsToldAsTheyChose by each way.
func TestWhoIsNamedInANoteIsToldAsTheyChose(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	author := someone(t, db, "Åse Vik", models.RoleHR)
	app := apply(ctx, t, db, publish(t, db, "Kokk"), nil, "c@example.org")
	for _, tt := range []struct {
		way                string
		mailed, later, out int
	}{{models.WayNow, 1, 0, 1}, {models.WayDaily, 0, 1, 1}, {models.WayHouse, 0, 0, 1}, {models.WayOff, 0, 0, 0}} {
		u := someone(t, db, "Kari "+tt.way, models.RoleHR)
		reach(t, db, u, models.NoticeNoteMention, tt.way)
		note, err := db.AddNote(ctx, author, app.ID, "Spør @"+u.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.EditNote(ctx, author, note.ID, "Spør @"+u.Name+" i dag"); err != nil { // changed, it tells nobody again
			t.Fatal(err)
		}
		if got := bell(t, db, u); len(got) != tt.out || mails(t, db, models.MailMention, u) != tt.mailed || forDigest(t, db, u) != tt.later {
			t.Errorf("%s: told %v, mailed %d, %d for a digest", tt.way, got, mails(t, db, models.MailMention, u), forDigest(t, db, u))
		}
		if err := db.SeeMentions(ctx, u, app.ID); err != nil {
			t.Fatal(err)
		}
		if got := bell(t, db, u); len(got) != 0 || forDigest(t, db, u) != 0 {
			t.Errorf("%s: still told of %v after the notes were read", tt.way, got)
		}
	}
}

// TestAProposalIsToldToWhoeverItWaitsFor and to nobody else any more; whoever proposed it is told what was decided.
func TestAProposalIsToldToWhoeverItWaitsFor(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	c := newCast(t, db)
	exec(t, db, `update users set joined_at = created_at`)
	job := led(t, db, &c.jobLeader.ID)
	p := propose(t, db, c.proposer, &job, "")
	proposals := func(u models.User) int {
		return len(slices.DeleteFunc(bell(t, db, u), func(kind string) bool { return kind != models.NoticeProposal }))
	}
	if proposals(c.jobLeader) != 1 || proposals(c.teamLeader) != 0 || proposals(c.hr) != 0 {
		t.Error("a new proposal is not told to the job's leader alone")
	}
	reach(t, db, c.teamLeader, models.NoticeProposal, models.WayHouse)
	clock.now = clock.now.AddDate(0, 0, 5)
	if _, err := db.GoOnProposals(t.Context()); err != nil {
		t.Fatal(err)
	}
	if proposals(c.jobLeader) != 0 || proposals(c.teamLeader) != 1 || mails(t, db, models.MailProposed, c.teamLeader) != 0 {
		t.Error("a proposal that went on is not told to the next leader alone, in the house alone as they chose")
	}
	if err := db.DeclineProposal(t.Context(), c.teamLeader, p.ID, "Lyden er for svak."); err != nil {
		t.Fatal(err)
	}
	if proposals(c.teamLeader) != 0 || !slices.Contains(bell(t, db, c.proposer), models.NoticeProposalDecided) || mails(t, db, models.MailDecided, c.proposer) != 1 {
		t.Errorf("declined: the leader is told of %d, the colleague of %v with %d mails", proposals(c.teamLeader), bell(t, db, c.proposer), mails(t, db, models.MailDecided, c.proposer))
	}
	if err := db.ReadNotices(t.Context(), c.proposer.ID, []string{models.NoticeProposalDecided}, p.ID); err != nil {
		t.Fatal(err)
	}
	if got := bell(t, db, c.proposer); slices.Contains(got, models.NoticeProposalDecided) {
		t.Errorf("still told of %v", got)
	}
}
