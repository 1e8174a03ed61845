package public

import (
	"bytes"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
	"kollega/static"
)

// forever lets browsers keep what never changes under its address.
const forever = "public, max-age=31536000, immutable"

// Theme is the style sheet with the house's accent.
func (h *Handlers) Theme(c echo.Context) error {
	accent := h.Organisation().Accent
	css := ""
	if accent != "" {
		var err error
		if css, err = static.Theme(accent); err != nil {
			return err
		}
	}
	version := web.ThemeVersion(accent)
	head := c.Response().Header()
	head.Set("Content-Type", "text/css; charset=utf-8")
	head.Set("ETag", `"`+version+`"`)
	head.Set("Cache-Control", "public, max-age=60")
	if c.QueryParam("v") == version {
		head.Set("Cache-Control", forever)
	}
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader([]byte(css)))
	return nil
}

// Logo is the house's logo; an older one is not found.
func (h *Handlers) Logo(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	key := models.LogoKey(id)
	if h.Organisation().LogoKey != key {
		return models.ErrNotFound
	}
	o, err := h.Store.Get(c.Request().Context(), key, "")
	if err != nil {
		return err
	}
	defer o.Body.Close()
	c.Response().Header().Set("Cache-Control", forever)
	return c.Stream(http.StatusOK, "image/png", o.Body)
}
