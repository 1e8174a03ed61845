package hr

import (
	"context"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// personDeed does something to the person of the address and says so.
func (h *Handlers) personDeed(c echo.Context, deed func(ctx context.Context, by models.User, id uuid.UUID) error, key string) error {
	u, err := h.person(c)
	if err != nil {
		return err
	}
	return h.Done(c, deed(c.Request().Context(), *web.User(c), u.ID), key, "/hr/people/"+u.ID.String(), "Name", u.Name)
}
