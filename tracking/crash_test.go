package tracking

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// crashDir and crashURL tell a test program that it is the one to be killed.
const (
	crashDir = "KOLLEGA_TEST_CRASH_DIR"
	crashURL = "KOLLEGA_TEST_CRASH_URL"
)

// crashChild records clicks as fast as it can and says the id of each link whose click was acknowledged, until it is killed.
func crashChild() {
	db, err := models.Open(context.Background(), os.Getenv(crashURL))
	if err != nil {
		panic(err)
	}
	tr, err := New(context.Background(), Options{Dir: os.Getenv(crashDir), DB: db, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		panic(err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			for n := 0; ; n++ {
				where := newWhere()
				ip := fmt.Sprintf("10.%d.%d.1", i, n%250)
				if _, _, err := tr.Click(context.Background(), from(&browsers[27], ip), where, uuid.Nil); err != nil {
					panic(err)
				}
				mu.Lock()
				fmt.Println(where.LinkID)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// TestKilledUnderLoad kills a recording program again and again; what it acknowledged is in Postgres afterwards, once.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	db, dir := newDB(t, nil), t.TempDir()
	var acked []string
	for round := range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), crashDir+"="+dir, crashURL+"="+db.Pool().Config().ConnString())
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(500+137*round)*time.Millisecond, func() { cmd.Process.Kill() })
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if len(lines.Text()) == 36 { // the last may be cut short
				acked = append(acked, lines.Text())
			}
		}
		cmd.Wait()
	}
	finish(t, newTracker(t, dir, db))

	if len(acked) < 100 {
		t.Fatalf("%d clicks acknowledged: no load", len(acked))
	}
	missing := one[int](t, db, `select count(*) from unnest($1::uuid[]) a(link) where not exists (select from events where link_id = a.link)`, acked)
	twice := one[int](t, db, `select count(*) from (select link_id from events group by link_id having count(*) > 1) x`)
	rows, counted := one[int](t, db, `select count(*) from events`), one[int](t, db, `select sum(clicks)::int from counts`)
	if missing != 0 || twice != 0 || rows != counted {
		t.Errorf("%d acknowledged, %d missing, %d twice, %d rows, %d counted", len(acked), missing, twice, rows, counted)
	}
	if rows > len(acked)+5*32 {
		t.Errorf("%d rows of %d acknowledged: more than were under way", rows, len(acked))
	}
	left, err := filepath.Glob(filepath.Join(dir, "journal", "*.*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left in the journal: %s, %v", strings.Join(left, ", "), err)
	}
	t.Logf("%d acknowledged, %d rows", len(acked), rows)
}
