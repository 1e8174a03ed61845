package staff

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// OpenConsent leads a colleague to what they are asked about a clip, or have answered, without the mail.
func (h *Handlers) OpenConsent(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	token, err := h.DB.OwnConsentToken(c.Request().Context(), web.User(c).ID, id)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/consent/"+token+"?lang="+h.Lang(c))
}

// asked are the clips that a colleague is in and has not answered about; mostly there are none, and then it is one query.
func (h *Handlers) asked(ctx context.Context, userID uuid.UUID) ([]models.Consent, error) {
	n, err := h.DB.AskedOf(ctx, userID)
	if err != nil || n == 0 {
		return nil, err
	}
	all, err := h.DB.ConsentsOf(ctx, userID)
	return all[:min(n, len(all))], err // those without an answer come first
}
