package hr

import (
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

const (
	// smallestTeam is how many people a team needs before its numbers are shown: in a smaller one they would be somebody's.
	smallestTeam = 5

	// leaderDays is over how many days a leader sees the team's numbers, today included.
	leaderDays = 30
)

type leaderBody struct {
	applicationsBody
	Teams    []teamTotals
	Proposed int // clips that wait for the leader's word
	Mentions []models.Mention
	Boards   []option // of the jobs they lead: address and title
}

// teamTotals is what a team's share links led to, nobody's in particular.
type teamTotals struct {
	Name                 string
	Small                bool // too few people for numbers
	Clicks, Applications int64
}

// Leader is a leader's first screen: the applications for the jobs they lead, and what their teams did together.
func (h *Handlers) Leader(c echo.Context) error {
	user := web.User(c)
	list, err := h.applications(c, &user.ID)
	if err != nil {
		return err
	}
	teams, err := h.teamTotals(c, *user)
	if err != nil {
		return err
	}
	proposed, err := h.DB.CountProposals(c.Request().Context(), *user)
	if err != nil {
		return err
	}
	mentions, err := h.mentions(c)
	if err != nil {
		return err
	}
	var boards []option
	for _, job := range list.Jobs[1:] { // the first is all of them
		boards = append(boards, option{"/leader/jobs/" + job.Value + "/board", job.Label})
	}
	return h.Render(c, "leader/home.html", h.Printer(c).T("leader.title"), leaderBody{list, teams, proposed, mentions, boards})
}

// teamTotals are the teams that user leads, each as a whole.
func (h *Handlers) teamTotals(c echo.Context, user models.User) ([]teamTotals, error) {
	ctx := c.Request().Context()
	teams, err := h.DB.Teams(ctx)
	if err != nil {
		return nil, err
	}
	led := map[string]*teamTotals{}
	var totals []*teamTotals
	for _, t := range teams {
		if t.LeaderID != nil && *t.LeaderID == user.ID {
			totals = append(totals, &teamTotals{Name: t.Name, Small: t.Members < smallestTeam})
			led[t.ID.String()] = totals[len(totals)-1]
		}
	}
	if len(led) == 0 {
		return nil, nil
	}
	rows, _, err := h.DB.Referrals(ctx, models.ReferralFilter{GroupBy: "team", From: h.Now().UTC().AddDate(0, 0, 1-leaderDays)})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if t, ok := led[r.Key]; ok && !t.Small {
			t.Clicks, t.Applications = r.Clicks, r.Applications
		}
	}
	out := make([]teamTotals, len(totals))
	for i, t := range totals {
		out[i] = *t
	}
	return out, nil
}
