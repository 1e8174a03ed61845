package web

import (
	"errors"

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
