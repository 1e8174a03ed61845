package staff

import (
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// newest is how many of each kind one's own page tells of; the whole is a link away.
const newest = 5

// mineBody is what came of everything that one did. Nobody else has this page.
type mineBody struct {
	Deeds   models.OwnDeeds
	Stories []storyView
	Clips   []proposalCard
	Thanks  []models.Thanks
	Ranking models.Ranking
	Nothing bool // has been done yet
}

// Mine is one's own page: private first.
func (h *Handlers) Mine(c echo.Context) error {
	ctx, user := c.Request().Context(), *web.User(c)
	var body mineBody
	var err error
	if body.Deeds, err = h.DB.OwnDeeds(ctx, user.ID); err != nil {
		return err
	}
	stories, err := h.DB.Stories(ctx, user.ID)
	if err != nil {
		return err
	}
	for _, s := range stories[:min(len(stories), newest)] {
		body.Stories = append(body.Stories, tell(h.Printer(c), s))
	}
	proposals, err := h.DB.OwnProposals(ctx, user.ID)
	if err != nil {
		return err
	}
	for _, p := range proposals[:min(len(proposals), newest)] {
		body.Clips = append(body.Clips, h.proposalCard(c, p))
	}
	if body.Thanks, err = h.DB.ThanksTo(ctx, user.ID); err != nil {
		return err
	}
	if body.Ranking, err = h.DB.Ranking(ctx, user); err != nil {
		return err
	}
	body.Nothing = len(stories)+len(proposals)+len(body.Thanks) == 0
	return h.Render(c, "staff/mine.html", h.Printer(c).T("mine.title"), body)
}
