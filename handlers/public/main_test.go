package public_test

import (
	"archive/zip"
	"bytes"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/internal/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// browser are the headers of a person's browser.
var browser = []string{
	"User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
	"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language", "nb-NO,nb;q=0.9", "Accept-Encoding", "gzip",
}

const facebook = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"

// with are the browser's headers and some more, which replace those of the same name.
func with(more ...string) []string { return append(append([]string{}, browser...), more...) }

// recorded waits for the events of a kind to reach Postgres and gives their class and link, in order.
func recorded(t *testing.T, s *handlerstest.Site, kind string, n int) (events [][2]string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		rows, err := s.DB.Pool().Query(t.Context(), `select class, coalesce(link_id::text, '') from events where kind = $1 order by at, id`, kind)
		if err != nil {
			t.Fatal(err)
		}
		events = nil
		for rows.Next() {
			var e [2]string
			if err := rows.Scan(&e[0], &e[1]); err != nil {
				t.Fatal(err)
			}
			events = append(events, e)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if len(events) >= n || time.Now().After(end) {
			if len(events) != n {
				t.Fatalf("got %d events of kind %s, want %d: %v", len(events), kind, n, events)
			}
			return events
		}
	}
}

// count is the number that a query gives.
func count(t *testing.T, s *handlerstest.Site, sql string, args ...any) (n int) {
	t.Helper()
	if err := s.DB.Pool().QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// cvs are the CVs that lie in storage.
func cvs(t *testing.T, s *handlerstest.Site) int {
	t.Helper()
	all, err := s.Store.List(t.Context(), "cv-")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

var pdf = []byte("%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")

func docx(more ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	parts := append([]string{
		"[Content_Types].xml", `<Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>`,
		"word/document.xml", "<w:document/>",
	}, more...)
	for i := 0; i+1 < len(parts); i += 2 {
		f, _ := w.Create(parts[i])
		_, _ = f.Write([]byte(parts[i+1]))
	}
	_ = w.Close()
	return b.Bytes()
}
