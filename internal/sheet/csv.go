package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"kollega/internal/i18n"
)

// commaSheet is a CSV.
type commaSheet struct{ w *csv.Writer }

func newCSV(w io.Writer, o Options) (*commaSheet, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // without it, Excel takes UTF-8 for something older
		return nil, err
	}
	s := &commaSheet{w: csv.NewWriter(w)}
	if o.Lang == i18n.Bokmal {
		s.w.Comma = ';'
	}
	return s, nil
}

// Row writes a line.
func (s *commaSheet) Row(cells ...any) error {
	line := make([]string, len(cells))
	for i, cell := range cells {
		switch v := cell.(type) {
		case string:
			line[i] = harmless(v)
		case int64:
			line[i] = strconv.FormatInt(v, 10)
		case bool:
			line[i] = strconv.Itoa(one(v))
		case time.Time:
			line[i] = moment(v)
		default:
			return fmt.Errorf("sheet: a cell cannot be %T", cell)
		}
	}
	return s.w.Write(line)
}

// Close writes what is left.
func (s *commaSheet) Close() error {
	s.w.Flush()
	return s.w.Error()
}

func one(v bool) int {
	if v {
		return 1
	}
	return 0
}
