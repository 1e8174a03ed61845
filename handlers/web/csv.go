package web

import (
	"bytes"
	"encoding/csv"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// CSV answers rows as a file for a spreadsheet of the reader's language: where the comma is for decimals, a semicolon parts cells.
func (a *App) CSV(c echo.Context, name string, rows [][]string) error {
	var buf bytes.Buffer
	buf.WriteString("\ufeff") // without it, Excel takes UTF-8 for something older
	w := csv.NewWriter(&buf)
	if a.Lang(c) == "nb" {
		w.Comma = ';'
	}
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = harmless(cell)
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	c.Response().Header().Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", buf.Bytes())
}

// harmless keeps a cell from being taken for a formula, as https://owasp.org/www-community/attacks/CSV_Injection advises.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
