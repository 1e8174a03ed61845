package public

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
)

// Cut streams a personal download to whoever knows its secret address, as long as the clip is published.
func (h *Handlers) Cut(c echo.Context) error {
	f, err := h.DB.CutByToken(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), mediaLimit)
	defer cancel()
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(mediaLimit)) // not every writer has one
	body := &object{ctx: ctx, store: h.Store, key: f.Key, size: f.Size}
	defer body.Close()
	head := c.Response().Header()
	head.Set(echo.HeaderContentType, "video/mp4")
	head.Set(echo.HeaderCacheControl, "private, max-age=60, must-revalidate")
	head.Set("X-Robots-Tag", "noindex")
	disposition := "inline"
	if c.QueryParam("download") != "" {
		disposition = "attachment"
	}
	head.Set(echo.HeaderContentDisposition, disposition+`; filename="`+web.CutFilename(f.Slug, f.Format)+`"`)
	return serve(c, `"`+f.ID.String()+`"`, body)
}
