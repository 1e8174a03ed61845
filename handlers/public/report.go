package public

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/models"
	"kollega/tracking"
)

// maxReport is the longest report of a page, in bytes: a token, a word, and the seconds that were watched.
const maxReport = 1024

// Report takes what a landing page tells of its visit, sent by navigator.sendBeacon: {"v": token, "k": kind}, and
// with kind watched "s": the seconds of the clip, 0 being the first.
func (h *Handlers) Report(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	var in struct {
		V, K string
		S    []int
	}
	raw, err := io.ReadAll(io.LimitReader(c.Request().Body, maxReport+1))
	if err != nil || len(raw) > maxReport || json.Unmarshal(raw, &in) != nil {
		return c.NoContent(http.StatusBadRequest)
	}
	switch err := h.report(c, in.V, in.K, in.S); {
	case err == nil:
		return c.NoContent(http.StatusNoContent)
	case errors.Is(err, tracking.ErrStale):
		return c.NoContent(http.StatusGone)
	case errors.Is(err, tracking.ErrForged), errors.Is(err, tracking.ErrKind), errors.Is(err, tracking.ErrWatched):
		return c.NoContent(http.StatusBadRequest)
	default:
		return err
	}
}

func (h *Handlers) report(c echo.Context, token, kind string, seconds []int) error {
	if kind == models.KindWatched {
		return h.Tracker.Watched(c.Request().Context(), c.Request(), token, seconds)
	}
	return h.Tracker.Beacon(c.Request().Context(), c.Request(), token, kind)
}
