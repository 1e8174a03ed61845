package hr

import (
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// leaderDays is over how many days a leader sees the team's numbers, today included.
const leaderDays = 30

type leaderBody struct {
	applicationsBody
	Teams    []ledTeam
	Proposed int // clips that wait for the leader's word
	Mentions []models.Mention
	Boards   []option // of the jobs they lead: address and title
	Stays    staysBody
	Needed   bool // jobs they lead look for people
	Waiting  int  // people who wait for the leader's answer
}

// ledTeam is a team as its leader may see it; Moved is when its numbers are told again, where somebody came or left.
type ledTeam struct {
	models.LedTeam

	Again time.Time // zero: they are told
}

// Leader is a leader's team and jobs: the applications for the jobs they lead, and what their teams did together.
func (h *Handlers) Leader(c echo.Context) error {
	user := web.User(c)
	list, err := h.applications(c, &user.ID)
	if err != nil {
		return err
	}
	teams, err := h.ledTeams(c, *user)
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
	stays, err := h.stays(c, true)
	if err != nil {
		return err
	}
	waiting, err := h.DB.CountWaiting(c.Request().Context(), *user)
	if err != nil {
		return err
	}
	return h.Render(c, "leader/home.html", h.Printer(c).T("leader.title"), leaderBody{list, teams, proposed, mentions, boards, stays, len(list.Jobs) > 1, waiting})
}

// ledTeams are the teams that user leads, each as a whole.
func (h *Handlers) ledTeams(c echo.Context, user models.User) ([]ledTeam, error) {
	from := h.Now().UTC().AddDate(0, 0, 1-leaderDays)
	teams, err := h.DB.LedTeams(c.Request().Context(), user.ID, from)
	out := make([]ledTeam, len(teams))
	for i, t := range teams {
		out[i].LedTeam = t
		if t.Moved(from) {
			out[i].Again = t.MovedAt.UTC().AddDate(0, 0, leaderDays)
		}
	}
	return out, err
}
