package web

import (
	"errors"
	"io"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/models"
)

// Refused are the refused fields that err is about, if that is what it is about.
func Refused(err error) (models.ValidationErrors, bool) {
	var ves models.ValidationErrors
	if errors.As(err, &ves) {
		return ves, true
	}
	var ve *models.ValidationError
	if errors.As(err, &ve) {
		return models.ValidationErrors{ve}, true
	}
	return nil, false
}

// ID is the path parameter of that name as a UUID; what is none is not found.
func ID(c echo.Context, name string) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param(name))
	if err != nil {
		return uuid.Nil, models.ErrNotFound
	}
	return id, nil
}

// Done says what was done, or why what stands forbids it, and goes on to an address; other errors are passed on.
func (a *App) Done(c echo.Context, err error, key, to string, words ...any) error {
	var conflict *models.ConflictError
	switch {
	case errors.As(err, &conflict):
		a.Flash(c, "error", a.Sentence(c, err))
	case err != nil:
		return err
	default:
		a.Flash(c, "success", a.Printer(c).T(key, words...))
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// File is the file that was chosen in a form's field, up to limit bytes and one more, so that too much can be told; without
// one the field is refused with the sentence of key missing.
func File(c echo.Context, field, missing string, limit int64) ([]byte, error) {
	header, err := c.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) {
		return nil, models.Invalid(field, missing)
	}
	if err != nil {
		return nil, err
	}
	f, err := header.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit+1))
}
