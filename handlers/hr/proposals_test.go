package hr_test

import (
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// TestAProposalIsReadByWhoeverOpensIt and by nobody's page that lies open unseen.
func TestAProposalIsReadByWhoeverOpensIt(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	leader := s.User(models.User{Role: models.RoleLeader})
	p := s.Proposal(s.User(models.User{}), models.Proposal{HolderID: &leader.ID}, models.Clip{})
	if err := s.DB.Notify(t.Context(), models.Notice{UserID: leader.ID, Kind: models.NoticeProposal, About: p.ID}); err != nil {
		t.Fatal(err)
	}
	c, at := s.AsUser(leader), "/leader/proposals/"+p.ID.String()
	for _, step := range []struct {
		live   string
		unread int
	}{{"hidden", 1}, {"", 0}} {
		if got := c.Get(at, "Kollega-Live", step.live); got.Status != 200 {
			t.Fatalf("got %d", got.Status)
		}
		if n, err := s.DB.UnreadNotices(t.Context(), leader.ID); err != nil || n != step.unread {
			t.Errorf("asked with %q: %d unread, %v, want %d", step.live, n, err, step.unread)
		}
	}
}
