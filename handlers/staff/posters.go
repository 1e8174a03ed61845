package staff

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
)

// Posters are the posters for all open jobs with one's own codes, a sheet each.
func (h *Handlers) Posters(c echo.Context) error {
	sheets, err := h.PosterSheets(c, []uuid.UUID{web.User(c).ID})
	if err != nil {
		return err
	}
	return h.Render(c, "staff/posters.html", h.Printer(c).T("posters.title"), sheets)
}

// MakePosters makes one's own links for all open jobs, to print.
func (h *Handlers) MakePosters(c echo.Context) error {
	user := web.User(c)
	if _, err := h.DB.MakePosters(c.Request().Context(), *user, []uuid.UUID{user.ID}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/posters")
}
