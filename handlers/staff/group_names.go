package staff

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// namesView is who is offered to be named after an @: those on the page, and where there are more the address to ask for them.
type namesView struct {
	Names []string
	At    string
}

// names are who may be named in a group.
func (h *Handlers) names(c echo.Context, g models.Group) (namesView, error) {
	names, more, err := h.DB.Nameable(c.Request().Context(), *web.User(c), g.ID)
	v := namesView{Names: names}
	if more {
		v.At = groupPath(g.ID) + "/names"
	}
	return v, err
}

// namesAnswer is who is offered while a name is written.
type namesAnswer struct {
	Names []string `json:"names"`
}

// GroupNames are a few of those who may be named in a group and of whom a name begins with what was written.
func (h *Handlers) GroupNames(c echo.Context) error {
	g, err := h.group(c)
	if err != nil {
		return err
	}
	names, err := h.DB.NameableAs(c.Request().Context(), *web.User(c), g.ID, strings.TrimLeft(c.QueryParam("q"), " "))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, namesAnswer{append([]string{}, names...)})
}
