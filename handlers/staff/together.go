package staff

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// togetherDays is over how many days everybody sees what teams did, today included.
const togetherDays = 90

// togetherBody is what teams did, and where the house has one, the ranking.
type togetherBody struct {
	Teams   []models.TeamTotal
	Days    int
	Least   int // people that a team must have, and a ranking
	Ranking models.Ranking
	Months  int // that the ranking counts
	HR      bool
	Since   time.Time
}

// Together is what teams did, in sums that are nobody's own.
func (h *Handlers) Together(c echo.Context) error {
	ctx, user := c.Request().Context(), *web.User(c)
	from := h.Now().UTC().AddDate(0, 0, 1-togetherDays)
	teams, err := h.DB.TeamTotals(ctx, user, from)
	if err != nil {
		return err
	}
	ranking, err := h.DB.Ranking(ctx, user)
	if err != nil {
		return err
	}
	body := togetherBody{
		Teams: teams, Days: togetherDays, Least: models.SmallestGroup, Ranking: ranking, Months: models.RankingMonths,
		HR: user.Is(models.RoleHR), Since: ranking.Since,
	}
	return h.Render(c, "staff/together.html", h.Printer(c).T("together.title"), body)
}

// JoinRanking puts oneself into the ranking, or out of it at once.
func (h *Handlers) JoinRanking(c echo.Context) error {
	in, said := c.FormValue("in") == "1", "ranking.left"
	if in {
		said = "ranking.joined"
	}
	if err := h.DB.JoinRanking(c.Request().Context(), web.User(c).ID, in); err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T(said))
	return c.Redirect(http.StatusSeeOther, "/together#ranking")
}
