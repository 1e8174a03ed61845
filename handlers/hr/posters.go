package hr

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
)

// MakePosters makes the links of people who cannot do it themselves, for posters for all open jobs.
func (h *Handlers) MakePosters(c echo.Context) error {
	var in cardsInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	ids, err := userIDs(in.Users)
	if err != nil {
		return err
	}
	_, err = h.DB.MakePosters(c.Request().Context(), *web.User(c), ids)
	if _, bad := web.Refused(err); bad {
		view, verr := h.cardsView(c, in)
		return errors.Join(verr, h.RenderInvalid(c, err, "hr/cards.html", h.Printer(c).T("cards.title"), view))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/hr/posters?"+url.Values{"user": in.Users}.Encode())
}

// Posters are the sheets to print.
func (h *Handlers) Posters(c echo.Context) error {
	ids, err := userIDs(c.QueryParams()["user"])
	if err != nil {
		return err
	}
	sheets, err := h.PosterSheets(c, ids)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/posters.html", h.Printer(c).T("posters.title"), sheets)
}
