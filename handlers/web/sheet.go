package web

import (
	"bytes"
	"errors"
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
	Attachment(c, name+"."+format)
	return c.Blob(http.StatusOK, sheet.Types[format], buf.Bytes())
}

// LongSheet is Sheet as CSV for more rows than should be in memory at once: each hands them on one after the other. What fails when the
// answer has begun cuts it off, so that nobody takes half for the whole.
func (a *App) LongSheet(c echo.Context, name string, each func(row func(cells ...any) error) error) error {
	Slowly(c)
	Attachment(c, name+"."+sheet.CSV)
	c.Response().Header().Set(echo.HeaderContentType, sheet.Types[sheet.CSV])
	c.Response().WriteHeader(http.StatusOK)
	w, err := sheet.New(sheet.CSV, c.Response(), sheet.Options{Lang: a.Lang(c)})
	if err == nil {
		err = errors.Join(each(w.Row), w.Close())
	}
	if err != nil {
		a.Log.ErrorContext(c.Request().Context(), "a file was cut off", "request_id", RequestID(c), "error", err.Error())
		panic(http.ErrAbortHandler)
	}
	return nil
}
