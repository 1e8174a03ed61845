package e2e_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kollega/models"
)

// erase has the candidate erase themself, and looks for what is left. Counts are: the application without its candidate, its steps and
// credit, the answer whether somebody stayed; that somebody was erased, when and how; in the audit log who did what to that application,
// whose id leads nowhere; and for thirty days a keyed mark of the address, by which other machines find what lies on their disks.
func (s *story) erase() {
	s.t.Helper()
	words := s.traces()
	before := s.p.search(words)
	for _, word := range words {
		if len(before[word]) == 0 {
			s.t.Errorf("%q was nowhere to begin with: the search shows nothing", word)
		}
	}
	s.searchFinds(words[0])
	c := s.candidate
	c.open(s.own)
	c.submit(`a[href*="/erase"]`)
	c.sees(s.say.T("candidate.erase.goes"), person.email)
	c.submit(`form[action*="/erase"] button`)
	c.sees(s.say.T("candidate.erased.text", "House", firm))
	var left map[string][]string
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(500 * time.Millisecond) { // files go right after
		if left = s.p.search(words); len(left) == 0 || time.Now().After(end) {
			break
		}
	}
	for word, places := range left {
		s.t.Errorf("%q is left in %s", word, strings.Join(places, ", "))
	}
	if n := s.p.count(`select count(*) from applications a join stays s on s.application_id = a.id join standing_credits c on c.application_id = a.id
		where a.id = $1 and a.candidate_id is null and a.stage = 'hired' and s.still and c.weight = 1`, s.app); n != 1 {
		s.t.Errorf("%d applications are left to count, want 1 with its credit and the answer", n)
	}
	if n := s.p.count(`select count(*) from erasures where mark is not null`); n != 1 {
		s.t.Errorf("%d marks, want 1", n)
	}
	s.candidate.open(s.own)
	s.candidate.lacks(title)
	s.hr.missing("/hr/applications/" + s.app)
	s.hr.open("/hr/applications")
	s.hr.lacks(person.name)
	s.leader.open("/leader")
	s.leader.lacks(person.name)
	s.employee.open("/links")
	s.employee.sees(title)
	s.employee.lacks(person.name)
	s.employee.lacks(s.say.T("links.told.hired"))
}

// traces are what would tell of the person.
func (s *story) traces() []string {
	s.t.Helper()
	words := append(strings.Fields(person.name), person.phone, person.words, person.heard, person.paper, person.file, person.note, person.reply, person.line)
	words = append(words, strings.Split(person.email, "@")...)
	for _, l := range s.p.mails(person.email) {
		_, token, _ := strings.Cut(l.address(s.t, `/c/[^\s]+`), "/c/")
		words = append(words, strings.SplitN(token, "?", 2)[0])
	}
	return append(words, s.p.text(`select candidate_id::text from applications where id = $1`, s.app))
}

// searchFinds plants a word in each kind of place and wants it to be found there.
func (s *story) searchFinds(word string) {
	s.t.Helper()
	db := s.p.db()
	defer db.Close()
	if _, err := db.Pool().Exec(s.t.Context(), `create table planted as select 'x' || $1::text as a, null::jsonb as b, null::bytea as c
		union all select null, jsonb_build_object('x', jsonb_build_array($1::text)), null union all select null, null, ('x' || $1::text)::bytea`, word); err != nil {
		s.t.Fatal(err)
	}
	want := []string{"3 rows of public.planted"}
	files := []string{"s3/planted", "mail/planted.eml", "journal/planted"}
	for _, name := range files {
		folded := "x" + word[:3] + "=\r\n" + strings.ToUpper(word[3:]) // as mails are
		if err := os.WriteFile(filepath.Join(s.p.dir, name), []byte(folded), 0o600); err != nil {
			s.t.Fatal(err)
		}
		want = append(want, name)
	}
	found := s.p.search([]string{word})[word]
	for _, place := range want {
		if !slices.Contains(found, place) {
			s.t.Errorf("the search does not find what is planted in %s, only %q", place, found)
		}
	}
	for _, name := range files {
		if err := os.Remove(filepath.Join(s.p.dir, name)); err != nil {
			s.t.Fatal(err)
		}
	}
	if _, err := db.Pool().Exec(s.t.Context(), `drop table planted`); err != nil {
		s.t.Fatal(err)
	}
}

// search looks for words in every table, in every file of the data folder with its name (objects, mails, the journal, what waits), and in
// the log, whatever the case; it gives the places by word. Postgres is asked for what it holds: its files keep what they are to write over.
func (p *program) search(words []string) map[string][]string {
	p.t.Helper()
	found := map[string][]string{}
	add := func(place string, content []byte) {
		content = bytes.ToLower(content)
		unfolded := bytes.ReplaceAll(bytes.ReplaceAll(content, []byte("=\r\n"), nil), []byte("=\n"), nil)
		for _, word := range words {
			if lower := []byte(strings.ToLower(word)); bytes.Contains(content, lower) || bytes.Contains(unfolded, lower) {
				found[word] = append(found[word], place)
			}
		}
	}
	err := filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(p.dir, path)
		if name == "postgres" {
			return filepath.SkipDir
		}
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // gone meanwhile
		}
		if content, err := os.ReadFile(path); err == nil { // an error is a file that is gone meanwhile
			add(name, append(content, name...))
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	add("the log", []byte(p.log.String()))
	p.searchTables(words, func(word, place string) { found[word] = append(found[word], place) })
	return found
}

// searchTables looks in every column of every table, as text, and in bytes as they stand.
func (p *program) searchTables(words []string, found func(word, place string)) {
	p.t.Helper()
	db := p.db()
	defer db.Close()
	for _, table := range tables(p.t, db) {
		rows, _ := db.Pool().Query(p.t.Context(), `select w, count(*) from `+table+` r cross join unnest($1::text[]) w
			where position(lower(w) in lower(r::text)) > 0 or position(encode(convert_to(w, 'UTF8'), 'hex') in r::text) > 0 group by w`, words)
		var word string
		var n int
		if _, err := pgx.ForEachRow(rows, []any{&word, &n}, func() error {
			found(word, fmt.Sprintf("%d rows of %s", n, table))
			return nil
		}); err != nil {
			p.t.Fatalf("%s: %v", table, err)
		}
	}
}

// tables are all tables of the database but Postgres' own.
func tables(t *testing.T, db *models.DB) []string {
	t.Helper()
	rows, _ := db.Pool().Query(t.Context(), `select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables
		where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`)
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(all) < 20 {
		t.Fatalf("%d tables, %v", len(all), err)
	}
	return all
}
