package web

import (
	"bytes"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/internal/sheet"
)

// Sheet answers rows as a file for a spreadsheet of the reader's language; the first is the heading. The file's name gets the format's ending.
func (a *App) Sheet(c echo.Context, name, format string, rows [][]any) error {
	var buf bytes.Buffer
	w, err := sheet.New(format, &buf, sheet.Options{Lang: a.Lang(c)})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name + "." + format}))
	return c.Blob(http.StatusOK, sheet.Types[format], buf.Bytes())
}
