package public

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/tracking"
)

// maxReport is the longest report of a page, in bytes: a token and a word.
const maxReport = 1024

// Report takes what a landing page tells of its visit, sent by navigator.sendBeacon: {"v": token, "k": kind}.
func (h *Handlers) Report(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	var in struct{ V, K string }
	raw, err := io.ReadAll(io.LimitReader(c.Request().Body, maxReport+1))
	if err != nil || len(raw) > maxReport || json.Unmarshal(raw, &in) != nil {
		return c.NoContent(http.StatusBadRequest)
	}
	switch err := h.Tracker.Beacon(c.Request().Context(), c.Request(), in.V, in.K); {
	case err == nil:
		return c.NoContent(http.StatusNoContent)
	case errors.Is(err, tracking.ErrStale):
		return c.NoContent(http.StatusGone)
	case errors.Is(err, tracking.ErrForged), errors.Is(err, tracking.ErrKind):
		return c.NoContent(http.StatusBadRequest)
	default:
		return err
	}
}
