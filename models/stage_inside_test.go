package models

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestStageDaysOfFewReadFew explains what a move asks of the view: its own application's changes, not everybody's.
func TestStageDaysOfFewReadFew(t *testing.T) {
	t.Parallel()
	db := testDB(t)
	for _, sql := range []string{
		`insert into jobs (id, slug, title, status, created_at, updated_at) values (gen_random_uuid(), 'kokk', 'Kokk', 'published', now(), now())`,
		`insert into candidates (id, email, email_key, name, language, created_at, updated_at)
			select gen_random_uuid(), n || '@example.org', n || '@example.org', 'N', 'nb', now(), now() from generate_series(1, 3000) n`,
		`insert into applications (id, job_id, candidate_id, stage, submitted_at, updated_at) select gen_random_uuid(), j.id, c.id, 'screening', now(), now() from candidates c, jobs j`,
		`insert into stage_changes (id, application_id, from_stage, to_stage, at)
			select gen_random_uuid(), a.id, 'new', 'screening', now() + n * interval '1 hour' from applications a, generate_series(1, 5) n`,
		`analyze`,
	} {
		if _, err := db.pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := db.pool.Query(t.Context(), `explain select n.* from stage_days_now n where n.application_id = any(array(select id from applications limit 3))`)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if plan := strings.Join(lines, "\n"); strings.Contains(plan, "Seq Scan on stage_changes") || !strings.Contains(plan, "stage_changes_application") {
		t.Errorf("it reads every change:\n%s", plan)
	}
}
