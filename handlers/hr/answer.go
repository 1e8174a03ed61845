package hr

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// answer says what was done, or why what stands forbids it, and goes on to an address; other errors are passed on.
func (h *Handlers) answer(c echo.Context, err error, key, to string, words ...any) error {
	var conflict *models.ConflictError
	switch {
	case errors.As(err, &conflict):
		h.Flash(c, "error", h.Sentence(c, err))
	case err != nil:
		return err
	default:
		h.Flash(c, "success", h.Printer(c).T(key, words...))
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// personDeed does something to the person of the address and says so.
func (h *Handlers) personDeed(c echo.Context, deed func(ctx context.Context, by models.User, id uuid.UUID) error, key string) error {
	u, err := h.person(c)
	if err != nil {
		return err
	}
	return h.answer(c, deed(c.Request().Context(), *web.User(c), u.ID), key, "/hr/people/"+u.ID.String(), "Name", u.Name)
}
