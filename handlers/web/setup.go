package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"kollega/internal/auth"
)

// beforeSetUp are the pages that answer before the house is set up.
var beforeSetUp = []string{"/setup", "/healthz", "/readyz", "/metrics", "/theme.css"}

// setUpFirst leads every page to the set-up until there is a house.
func (a *App) setUpFirst(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if a.Organisation().Name != "" || slices.Contains(beforeSetUp, c.Request().URL.Path) {
			return next(c)
		}
		ctx := c.Request().Context()
		needed, err := a.DB.NeedsSetUp(ctx)
		switch {
		case err != nil:
			return err
		case !needed: // another instance has done it just now
			a.Directory.Sync(ctx)
			return next(c)
		case forPrograms(c.Request().URL.Path):
			return echo.NewHTTPError(http.StatusServiceUnavailable)
		}
		c.Response().Header().Set("Cache-Control", "no-store")
		return c.Redirect(http.StatusSeeOther, "/setup")
	}
}

// forPrograms tells the addresses that only programs ask.
func forPrograms(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/scim/")
}

// EqualSetupCode tells whether given is the one-time code of the first run.
func (a *App) EqualSetupCode(given string) bool {
	return a.SetupCode != "" && auth.EqualSetupCode(given, a.SetupCode)
}

// ThemeVersion changes with the house's accent, so that its style sheet can be kept for as long as it fits.
func ThemeVersion(accent string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(accent)))
	return hex.EncodeToString(sum[:4])
}
