package staff

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/qr"
	"kollega/models"
)

// posterPixels is the width of a QR code that is good enough for a printed sheet.
const posterPixels = 1000

type linksBody struct {
	Stories   []storyView
	Total     models.OwnTotals
	Weeks     []models.OwnWeek
	Most      int64 // visitors of the week with the most
	Few       bool  // of a share so few people came that it is not told how they watched
	Enough    int   // people, for that
	Credits   []ownCredit
	MaxAppeal int
	Ownership int // months that a recommendation holds for other jobs
	Rewards   []ownReward
	Answers   map[uuid.UUID]models.Waiting // to the first share of each job, by the job
}

// Links are one's own shares with the story of each: what came of it, within what its candidates allow.
func (h *Handlers) Links(c echo.Context) error {
	body, err := h.linksBody(c)
	if err != nil {
		return err
	}
	return h.Render(c, "staff/links.html", h.Printer(c).T("links.title"), body)
}

func (h *Handlers) linksBody(c echo.Context) (linksBody, error) {
	ctx, id := c.Request().Context(), web.User(c).ID
	body := linksBody{MaxAppeal: models.MaxAppeal, Ownership: h.Organisation().OwnershipMonths, Enough: models.EnoughToSee}
	stories, err := h.DB.Stories(ctx, id)
	if err != nil {
		return body, err
	}
	for _, s := range stories {
		body.Stories = append(body.Stories, tell(h.Printer(c), s))
		body.Few = body.Few || s.Visitors > 0 && !s.Watched()
	}
	if body.Total, body.Weeks, err = h.DB.OwnTrend(ctx, id); err != nil {
		return body, err
	}
	for _, w := range body.Weeks {
		body.Most = max(body.Most, w.Visitors)
	}
	if body.Credits, err = h.ownCredits(c); err != nil {
		return body, err
	}
	if body.Answers, err = h.DB.ShareAnswers(ctx, *web.User(c)); err != nil {
		return body, err
	}
	body.Rewards, err = h.ownRewards(c)
	return body, err
}

// SwitchLink turns one's own link off, or on again.
func (h *Handlers) SwitchLink(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	on := c.FormValue("on") == "1"
	if err := h.DB.SwitchLink(c.Request().Context(), web.User(c).ID, id, on); err != nil {
		return err
	}
	key := "links.turned_off"
	if on {
		key = "links.turned_on"
	}
	h.Flash(c, "ok", h.Printer(c).T(key))
	return c.Redirect(http.StatusSeeOther, "/links")
}

// QRSVG is the QR code of one's own link as a drawing.
func (h *Handlers) QRSVG(c echo.Context) error {
	code, link, err := h.qr(c)
	if err != nil {
		return err
	}
	h.attach(c, link, "svg")
	return c.Blob(http.StatusOK, "image/svg+xml", code.SVG())
}

// QRPNG is the QR code of one's own link as a picture.
func (h *Handlers) QRPNG(c echo.Context) error {
	code, link, err := h.qr(c)
	if err != nil {
		return err
	}
	b, err := code.PNG(posterPixels)
	if err != nil {
		return err
	}
	h.attach(c, link, "png")
	return c.Blob(http.StatusOK, "image/png", b)
}

// attach names the file where it is to be kept rather than shown.
func (h *Handlers) attach(c echo.Context, link models.Link, ending string) {
	if keep, _ := strconv.ParseBool(c.QueryParam("download")); keep {
		c.Response().Header().Set(echo.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="qr-%s.%s"`, link.Code, ending))
	}
}

func (h *Handlers) qr(c echo.Context) (qr.Code, models.Link, error) {
	link, err := h.ownLink(c, c.Param("id"))
	if err != nil {
		return qr.Code{}, link, err
	}
	code, err := qr.New(h.URL(link.Path()))
	return code, link, err
}

type posterBody struct {
	Job  models.Job
	Link models.Link
	URL  string
}

// Poster is a sheet to print and hang up, with the QR code of one's own link.
func (h *Handlers) Poster(c echo.Context) error {
	link, err := h.ownLink(c, c.Param("id"))
	if err != nil {
		return err
	}
	landing, err := h.DB.LandingByJob(c.Request().Context(), link.JobID)
	if err != nil {
		return err
	}
	return h.Render(c, "staff/poster.html", landing.Job.Title, posterBody{Job: landing.Job, Link: link, URL: h.URL(link.Path())})
}
