package sheet_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"kollega/internal/sheet"
)

// formulas are what strangers may be called so that a spreadsheet computes something.
var formulas = []string{`=HYPERLINK("http://x.example";"se")`, "+47 1", "-2+3", "@SUM(A1)", "\tTab", "\rLinje", "Åse; \"A\" Berg"}

func write(t *testing.T, format, lang string, rows ...[]any) []byte {
	t.Helper()
	var buf bytes.Buffer
	w, err := sheet.New(format, &buf, sheet.Options{Lang: lang, Name: "Rader", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestCSVHoldsNoFormula(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 25, 13, 45, 0, 0, time.UTC)
	rows := [][]any{{"Navn", "Antall", "Når", "Dag", "Av"}}
	for _, name := range formulas {
		rows = append(rows, []any{name, int64(-3), at, at.Truncate(24 * time.Hour), true})
	}
	for lang, comma := range map[string]rune{"nb": ';', "en": ','} {
		raw := write(t, sheet.CSV, lang, rows...)
		text, marked := strings.CutPrefix(string(raw), "\ufeff")
		r := csv.NewReader(strings.NewReader(text))
		r.Comma = comma
		got, err := r.ReadAll()
		if err != nil || !marked || len(got) != len(rows) {
			t.Fatalf("%s: %d lines, marked %v, %v", lang, len(got), marked, err)
		}
		for i, line := range got[1:] {
			if want := fmt.Sprint([]string{"-3", "2026-11-25 13:45", "2026-11-25", "1"}); fmt.Sprint(line[1:]) != want {
				t.Errorf("%s: got %q, want %s", lang, line[1:], want)
			}
			if strings.ContainsAny(line[0][:1], "=+-@\t\r") || !strings.HasSuffix(line[0], strings.TrimLeft(formulas[i], "\t\r")) {
				t.Errorf("%s: %q became %q", lang, formulas[i], line[0])
			}
		}
	}
}

func TestXLSXHoldsTextNumbersAndTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 25, 13, 45, 0, 0, time.UTC)
	rows := [][]any{{"Navn", "Antall", "Når", "Dag", "Av"}}
	for _, name := range formulas {
		rows = append(rows, []any{name, int64(1234), at, at.Truncate(24 * time.Hour), false})
	}
	f, err := excelize.OpenReader(bytes.NewReader(write(t, sheet.XLSX, "nb", rows...)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("Rader")
	if err != nil || len(got) != len(rows) {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	for i, name := range formulas {
		line := got[i+1]
		if line[0] != strings.ReplaceAll(name, "\r", "\n") && line[0] != name || fmt.Sprint(line[1:]) != "[1234 2026-11-25 13:45 2026-11-25 0]" {
			t.Errorf("%q became %q", name, line)
		}
		cell := fmt.Sprintf("A%d", i+2)
		if formula, err := f.GetCellFormula("Rader", cell); err != nil || formula != "" {
			t.Errorf("%s is computed: %q, %v", cell, formula, err)
		}
		if kind, err := f.GetCellType("Rader", cell); err != nil || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
			t.Errorf("%s is of type %v, %v", cell, kind, err)
		}
	}
}

// TestXLSXGoesOnOnAnotherSheet writes more rows than a sheet can have.
func TestXLSXGoesOnOnAnotherSheet(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	w, err := sheet.New(sheet.XLSX, &buf, sheet.Options{Name: "Rader", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	const rows = 1<<20 + 2
	for i := range int64(rows) {
		cell := any(i)
		if i == 0 {
			cell = "Nr."
		}
		if err := w.Row(cell); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&buf)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if names := fmt.Sprint(f.GetSheetList()); names != "[Rader Rader 2]" {
		t.Fatalf("got sheets %s", names)
	}
	second, err := f.GetRows("Rader 2")
	if err != nil || fmt.Sprint(second) != "[[Nr.] [1048576] [1048577]]" {
		t.Errorf("got %v, %v", second, err)
	}
}

func TestUnknownSheetsAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := sheet.New("ods", io.Discard, sheet.Options{}); err == nil {
		t.Error("a format that there is not was begun")
	}
	for _, format := range []string{sheet.CSV, sheet.XLSX} {
		w, err := sheet.New(format, io.Discard, sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Row("a"); err != nil {
			t.Fatal(err)
		}
		if err := w.Row(1.5); err == nil {
			t.Errorf("%s took a cell of a type that it does not write", format)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
}
