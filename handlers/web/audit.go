package web

import (
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/models"
)

// Saw writes down that whoever asks is shown one thing of that kind. Call it before anything is answered, and answer nothing where it
// fails: an access that cannot be logged does not happen.
func (a *App) Saw(c echo.Context, kind string, id uuid.UUID) error {
	return a.DB.Audit(c.Request().Context(), models.Deed{Verb: models.DidSee, Kind: kind, ID: id})
}

// SawMany writes down that whoever asks is shown a list of so many of that kind, as one entry; a list of none is nothing to see.
func (a *App) SawMany(c echo.Context, kind string, n int) error {
	if n == 0 {
		return nil
	}
	return a.DB.Audit(c.Request().Context(), models.Deed{Verb: models.DidSee, Kind: kind, Details: models.Facts{"count": n}})
}

// Exported writes down that whoever asks takes a file of so many rows of that kind.
func (a *App) Exported(c echo.Context, kind, format string, n int) error {
	return a.DB.Audit(c.Request().Context(), models.Deed{
		Verb: models.DidExport, Kind: kind, Details: models.Facts{"format": format, "count": n},
	})
}
