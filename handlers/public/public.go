// Package public is what everybody may see: landing pages, open jobs, applying.
package public

import (
	"errors"
	"net/http"
	"sync"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/auth"
	"kollega/models"
	"kollega/tracking"
)

// Handlers answers these pages.
type Handlers struct {
	*web.App

	flood    *flood
	keptCV   func() (*auth.Signer, error)
	prepared *prepared
}

// New makes the pages on what all pages share.
func New(a *web.App) *Handlers {
	return &Handlers{App: a, flood: newFlood(), prepared: newPrepared(), keptCV: newSigner(a.Tracker)}
}

// asker is who is signed in on this device, the zero id for nobody. No cookie is touched.
func (h *Handlers) asker(c echo.Context) uuid.UUID {
	if u := h.Peek(c); u != nil {
		return u.ID
	}
	return uuid.Nil
}

// byCode finds the page behind a share link; codes may be typed in capitals.
func (h *Handlers) byCode(c echo.Context) (models.Landing, error) {
	code, ok := auth.ParseLinkCode(c.Param("code"))
	if !ok {
		return models.Landing{}, models.ErrNotFound
	}
	return h.Directory.ByCode(code)
}

// bySlug finds the open door to a job.
func (h *Handlers) bySlug(c echo.Context) (models.Landing, error) {
	return h.Directory.BySlug(c.Param("slug"))
}

// unknown answers an address that leads to no job: friendly, with the jobs that are open.
func (h *Handlers) unknown(c echo.Context) error {
	jobs := h.cards(uuid.Nil)
	private(c)
	page := h.Page(c, h.Printer(c).T("public.unknown.title"), jobsBody{Jobs: jobs})
	page.NoIndex = true
	return h.RenderPage(c, http.StatusNotFound, "public/unknown.html", page)
}

// found answers with show, or kindly where there is nothing.
func (h *Handlers) found(c echo.Context, l models.Landing, err error, show func(models.Landing) error) error {
	if errors.Is(err, models.ErrNotFound) {
		return h.unknown(c)
	}
	if err != nil {
		return err
	}
	return show(l)
}

const (
	sharePath    = "/s/:code" // as the route table has it
	privateCache = "private, no-store"
)

// private keeps a page that is one visitor's out of every cache and every search engine.
func private(c echo.Context) {
	head := c.Response().Header()
	head.Set("Cache-Control", privateCache)
	head.Set("X-Robots-Tag", "noindex")
}

// newSigner signs references to CVs that wait for a form to be sent again. It asks no engine.
func newSigner(t *tracking.Tracker) func() (*auth.Signer, error) {
	return sync.OnceValues(func() (*auth.Signer, error) {
		key, err := t.Key(cvPurpose)
		if err != nil {
			return nil, err
		}
		return auth.NewSigner(auth.Key{ID: 1, Secret: key})
	})
}
