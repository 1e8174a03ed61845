// Package sheet writes files for spreadsheets row by row, CSV or XLSX, so that a long one needs no more memory than a short one.
package sheet

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Formats that a sheet can be written in.
const (
	CSV  = "csv"
	XLSX = "xlsx"
)

// Types are the formats' media types.
var Types = map[string]string{
	CSV:  "text/csv; charset=utf-8",
	XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// Writer takes rows; the first is the heading. Cells are strings, int64, bool or time.Time. Nothing is sure to be written before Close.
type Writer interface {
	Row(cells ...any) error
	Close() error
}

// Options say how a sheet is written.
type Options struct {
	Lang string // of the reader: where the comma is for decimals, a semicolon parts the cells of a CSV
	Name string // of the sheet
	Dir  string // for what does not fit into memory; empty for the system's
}

// New begins a sheet in one of the formats, to w.
func New(format string, w io.Writer, o Options) (Writer, error) {
	switch format {
	case CSV:
		return newCSV(w, o)
	case XLSX:
		return newXLSX(w, o)
	}
	return nil, fmt.Errorf("sheet: no format %q", format)
}

// harmless keeps a cell from being taken for a formula, as https://owasp.org/www-community/attacks/CSV_Injection advises.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// moment is a time as spreadsheets of any language read it; a day has no time of the day.
func moment(t time.Time) string {
	if t.Equal(t.Truncate(24*time.Hour)) && t.Location() == time.UTC {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}
