package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/models"
)

const ctxDirectory = "web.directory"

// DirectoryToken is the id of the token that the house's directory asks by.
func DirectoryToken(c echo.Context) uuid.UUID {
	id, _ := c.Get(ctxDirectory).(uuid.UUID)
	return id
}

// byDirectory lets through who has a token of the house's directory. Cookies and people's tokens do not count here.
func (a *App) byDirectory(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		t, err := a.DB.DirectoryBy(c.Request().Context(), bearer(c))
		if errors.Is(err, models.ErrNotFound) {
			c.Response().Header().Set("WWW-Authenticate", "Bearer")
			return echo.NewHTTPError(http.StatusUnauthorized)
		}
		if err != nil {
			return err
		}
		c.Set(ctxDirectory, t.ID)
		return next(c)
	}
}

// bearer is the token of the Authorization header, empty without one.
func bearer(c echo.Context) string {
	scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
