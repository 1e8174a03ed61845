package hr

import (
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
)

// SwitchRanking gives the house a ranking of those who join it, or takes it away.
func (h *Handlers) SwitchRanking(c echo.Context) error {
	on, said := c.FormValue("on") == "1", "ranking.switched_off"
	if on {
		said = "ranking.switched_on"
	}
	return h.Done(c, h.DB.SwitchRanking(c.Request().Context(), *web.User(c), on), said, "/together#ranking")
}

// RemoveThanks takes something off the wall.
func (h *Handlers) RemoveThanks(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return h.Done(c, h.DB.RemoveThanks(c.Request().Context(), *web.User(c), id), "thanks.removed", "/thanks")
}

// RemovePraise takes praise off the wall of thanks.
func (h *Handlers) RemovePraise(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return h.Done(c, h.DB.RemovePraise(c.Request().Context(), *web.User(c), id), "thanks.removed", "/thanks")
}
