package models

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// PersonRow is one line of a list of people, as it was written.
type PersonRow struct {
	Line  int    `json:"l"` // in the file, the first being 1
	Email string `json:"e"`
	Name  string `json:"n"`
	Role  string `json:"r,omitempty"`
	Team  string `json:"t,omitempty"`
}

// maxPeopleRows is how many people one list may hold.
const maxPeopleRows = 5000

// headings are the names that a column may have, in both languages; compared without case, spaces, dots and dashes.
var headings = map[string]string{
	"epost": "email", "epostadresse": "email", "email": "email", "emailaddress": "email", "mail": "email", "mailadresse": "email", "adresse": "email",
	"navn": "name", "fulltnavn": "name", "ansattnavn": "name", "name": "name", "fullname": "name", "employeename": "name", "displayname": "name", "visningsnavn": "name",
	"fornavn": "first", "firstname": "first", "givenname": "first",
	"etternavn": "last", "lastname": "last", "surname": "last", "familyname": "last",
	"rolle": "role", "role": "role", "tilgang": "role",
	"team": "team", "lag": "team", "gruppe": "team", "avdeling": "team", "enhet": "team", "group": "team", "department": "team", "unit": "team",
}

// ReadPeople reads a list of people from CSV: separated by comma, semicolon or tab, in UTF-8, UTF-16 or Windows-1252, with
// headings in Norwegian or English. A file that cannot be read as one gives a ValidationErrors on "file".
func ReadPeople(data []byte) ([]PersonRow, error) {
	text, err := decodeText(data)
	if err != nil {
		return nil, err
	}
	first, body, _ := strings.Cut(text, "\n")
	skipped := 0
	if sep, ok := strings.CutPrefix(strings.TrimSpace(first), "sep="); ok && len(sep) <= 1 { // Excel's own hint
		text, skipped = body, 1
		first, _, _ = strings.Cut(body, "\n")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = separator(first), -1, true, true
	head, err := r.Read()
	if err != nil {
		return nil, badFile("people.import.empty")
	}
	columns := columnsOf(head)
	if _, ok := columns["email"]; !ok {
		return nil, badFile("people.import.no_email")
	}
	var rows []PersonRow
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, badFile("people.import.unreadable")
		}
		line, _ := r.FieldPos(0)
		if row := rowOf(columns, record); row != (PersonRow{}) {
			row.Line = line + skipped
			rows = append(rows, row)
		}
		if len(rows) > maxPeopleRows {
			return nil, ValidationErrors{Invalid("file", "people.import.too_many", "Max", maxPeopleRows)}
		}
	}
	if len(rows) == 0 {
		return nil, badFile("people.import.empty")
	}
	return rows, nil
}

func badFile(key string) error { return ValidationErrors{Invalid("file", key)} }

// decodeText is the file as UTF-8. What carries no mark and is no UTF-8 is Windows-1252, as Excel writes it here.
func decodeText(data []byte) (string, error) {
	var from encoding.Encoding = charmap.Windows1252
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return "", badFile("people.import.spreadsheet")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.IndexByte(data, 0) >= 0:
		return "", badFile("people.import.unreadable")
	case utf8.Valid(data):
		return strings.TrimPrefix(string(data), "\ufeff"), nil
	}
	text, err := from.NewDecoder().Bytes(data)
	if err != nil {
		return "", badFile("people.import.unreadable")
	}
	return string(text), nil
}

// separator is the one that the heading has most of.
func separator(head string) rune {
	best, most := ',', 0
	for _, sep := range []rune{';', ',', '\t'} {
		if n := strings.Count(head, string(sep)); n > most {
			best, most = sep, n
		}
	}
	return best
}

// columnsOf is where each known column stands; the first of two of a kind counts.
func columnsOf(head []string) map[string]int {
	columns := map[string]int{}
	for i, h := range head {
		plain := strings.NewReplacer(" ", "", "-", "", "_", "", ".", "", "\u00a0", "").Replace(strings.ToLower(strings.TrimSpace(h)))
		if column, known := headings[plain]; known {
			if _, twice := columns[column]; !twice {
				columns[column] = i
			}
		}
	}
	return columns
}

func rowOf(columns map[string]int, record []string) PersonRow {
	cell := func(column string) string {
		if i, ok := columns[column]; ok && i < len(record) {
			return neutral(record[i])
		}
		return ""
	}
	row := PersonRow{Email: cell("email"), Name: cell("name"), Role: cell("role"), Team: cell("team")}
	if row.Name == "" {
		row.Name = tidy(cell("first") + " " + cell("last"))
	}
	return row
}

// neutral is a cell as text: what would make a spreadsheet calculate when the list is opened there again is dropped.
func neutral(cell string) string {
	return tidy(strings.TrimLeft(tidy(cell), "=+-@'\t\r "))
}

// roleWords are the words for roles in lists, in both languages.
var roleWords = map[string]string{
	"admin": RoleAdmin, "administrator": RoleAdmin,
	"hr": RoleHR, "personal": RoleHR, "rekruttering": RoleHR,
	"leader": RoleLeader, "leder": RoleLeader, "manager": RoleLeader, "teamleder": RoleLeader,
	"employee": RoleEmployee, "ansatt": RoleEmployee, "medarbeider": RoleEmployee,
}
