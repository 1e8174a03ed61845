package sheet

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"
)

// sheetRows is how many rows a sheet can have (ECMA-376, as Excel limits it); what is more goes on another.
const sheetRows = 1 << 20

// workbook is an XLSX. Its rows are text, numbers and times, never formulas, whatever a text begins with.
type workbook struct {
	file    *excelize.File
	stream  *excelize.StreamWriter
	out     io.Writer
	name    string
	heading []any
	sheets  int
	row     int // of the sheet
	bold    int
	day     int
	minute  int
}

func newXLSX(out io.Writer, o Options) (*workbook, error) {
	w := &workbook{file: excelize.NewFile(excelize.Options{TmpDir: o.Dir}), out: out, name: o.Name}
	if w.name == "" {
		w.name = "Kollega"
	}
	// By itself the library puts the whole file together in memory before it is written.
	w.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(out) })
	day, minute := "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&w.bold, excelize.Style{Font: &excelize.Font{Bold: true}}},
		{&w.day, excelize.Style{CustomNumFmt: &day}},
		{&w.minute, excelize.Style{CustomNumFmt: &minute}},
	} {
		var err error
		if *s.id, err = w.file.NewStyle(&s.style); err != nil {
			return nil, fmt.Errorf("sheet: %w", err)
		}
	}
	if err := w.file.SetSheetName("Sheet1", w.name); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	return w, w.begin(w.name)
}

// begin goes on on a sheet of that name.
func (w *workbook) begin(name string) (err error) {
	if w.stream, err = w.file.NewStreamWriter(name); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	w.sheets, w.row = w.sheets+1, 0
	return w.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// Row writes a line; the first of each sheet is the heading.
func (w *workbook) Row(cells ...any) error {
	if w.heading == nil {
		w.heading = make([]any, len(cells))
		for i, cell := range cells {
			w.heading[i] = excelize.Cell{StyleID: w.bold, Value: cell}
		}
		return w.put(w.heading)
	}
	if w.row == sheetRows {
		if err := w.another(); err != nil {
			return err
		}
	}
	line := make([]any, len(cells))
	for i, cell := range cells {
		switch v := cell.(type) {
		case string, int64:
			line[i] = v
		case bool:
			line[i] = one(v)
		case time.Time:
			style := w.minute
			if len(moment(v)) == len(time.DateOnly) {
				style = w.day
			}
			line[i] = excelize.Cell{StyleID: style, Value: v}
		default:
			return fmt.Errorf("sheet: a cell cannot be %T", cell)
		}
	}
	return w.put(line)
}

// another sheet, with the same heading.
func (w *workbook) another() error {
	if err := w.stream.Flush(); err != nil {
		return err
	}
	name := w.name + " " + strconv.Itoa(w.sheets+1)
	if _, err := w.file.NewSheet(name); err != nil {
		return err
	}
	if err := w.begin(name); err != nil {
		return err
	}
	return w.put(w.heading)
}

func (w *workbook) put(line []any) error {
	w.row++
	return w.stream.SetRow("A"+strconv.Itoa(w.row), line)
}

// Close writes the file.
func (w *workbook) Close() error {
	err := w.stream.Flush()
	if err == nil {
		_, err = w.file.WriteToBuffer()
	}
	return errors.Join(err, w.file.Close())
}
