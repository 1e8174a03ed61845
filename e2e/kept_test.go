package e2e_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kollega/models"
)

// strangeAgent is a user agent with a model and a build that no other has.
const strangeAgent = "Mozilla/5.0 (Linux; Android 15; Zorvex QX-7781 Build/ZVX2.4417) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.7123.4417 Mobile Safari/537.36"

// traces are what must not be found of a visitor, by what they are called in a failure.
func traces(addresses ...string) map[string][]byte {
	found := map[string][]byte{
		"the user agent": []byte(strangeAgent), "the device's model": []byte("Zorvex"), "its build": []byte("4417)"), "the browser's build": []byte("7123.4417"),
	}
	for _, a := range addresses {
		found["the address "+a] = []byte(a)
		raw := netip.MustParseAddr(a).AsSlice()
		found["the address "+a+" in bytes"] = raw
		found["the address "+a+" in hex"] = []byte(hex.EncodeToString(raw))
	}
	return found
}

// TestNothingOfAddressOrAgentIsKept has a visitor do everything that visitors do, the database being there and not, and searches
// all that is kept anywhere.
func TestNothingOfAddressOrAgentIsKept(t *testing.T) {
	t.Parallel()
	o := newOutage(t, behindProxy, "KOLLEGA_LOG_LEVEL=debug")
	addresses := []string{"203.0.113.177", "2001:db8:77aa:31c5:9d1e:44f0:71b2:6c3a"}
	visit := func(round int) {
		for n, address := range addresses {
			as := []string{"X-Forwarded-For", address, "User-Agent", strangeAgent, "Referer", "https://www.linkedin.com/feed/"}
			token, err := visitToken(o.stranger.must(http.StatusOK, http.MethodGet, "/s/"+o.link.Code, nil, as...).body)
			if err != nil {
				t.Fatal(err)
			}
			for _, kind := range []string{"view", "play", "apply_start"} {
				o.stranger.must(http.StatusNoContent, http.MethodPost, "/e", strings.NewReader(`{"v":"`+token+`","k":"`+kind+`"}`), as...)
			}
			o.stranger.must(http.StatusBadRequest, http.MethodPost, "/e", strings.NewReader(`{"v":"x","k":"view"}`), as...)
			o.stranger.must(http.StatusNotFound, http.MethodGet, "/s/nosuchcode", nil, as...)
			for _, visit := range []string{token, ""} {
				body, kind := form(nil, "name", applicant, "email", fmt.Sprintf("k%d-%d-%d@example.com", round, n, len(visit)), "visit", visit)
				got, err := o.stranger.do(http.MethodPost, "/s/"+o.link.Code+"/apply", body, append(as, "Content-Type", kind)...)
				if err != nil || got.status != http.StatusSeeOther && got.status != http.StatusAccepted {
					t.Errorf("apply: got %d, %v", got.status, err)
				}
			}
		}
	}
	visit(0)
	o.shipped()
	o.pg.stop()
	visit(1)
	want := traces(addresses...)
	wantNoTrace(t, "the data folder while Postgres is away", o.dir, want)
	o.pg.start()
	o.until("all is in Postgres", 60*time.Second, func() bool {
		return o.pg.count(`select count(*) from applications`) == 8 && o.pg.count(`select count(*) from events where kind = 'apply'`) == 8 && o.waiting() == 0
	})
	o.shipped()
	if n := o.pg.count(`select count(*) from events where referrer_host like '%linkedin.com' and kind = 'click'`); n != 4 {
		t.Errorf("%d clicks of the visitor are recorded, want 4: the search shows nothing", n)
	}
	wantNoTrace(t, "the data folder", o.dir, want)
	wantNoTrace(t, "the database's folder", o.pg.dir, want)
	o.pg.wantNoRow(want)
	for what, trace := range want {
		if bytes.Contains([]byte(o.log.String()), trace) {
			t.Errorf("the log has %s", what)
		}
	}
}

// wantNoTrace searches every file of a folder, what was written over included.
func wantNoTrace(t *testing.T, name, dir string, traces map[string][]byte) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // gone meanwhile
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil //nolint:nilerr // gone meanwhile
		}
		files++
		for what, trace := range traces {
			if len(trace) > 4 && bytes.Contains(content, trace) { // four bytes are anywhere by chance
				t.Errorf("%s has %s in %s", name, what, path)
			}
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Errorf("%s: %d files, %v", name, files, err)
	}
}

// wantNoRow searches every table as text.
func (e *engine) wantNoRow(traces map[string][]byte) {
	e.t.Helper()
	db, err := models.Open(e.t.Context(), e.url)
	if err != nil {
		e.t.Fatal(err)
	}
	defer db.Close()
	for _, table := range tables(e.t, db) {
		for what, trace := range traces {
			if len(trace) <= 4 || bytes.ContainsFunc(trace, func(r rune) bool { return r > '~' || r < ' ' }) {
				continue // bytes are shown in hex
			}
			var n int
			if err := db.Pool().QueryRow(e.t.Context(), `select count(*) from `+table+` r where position($1 in r::text) > 0`, string(trace)).Scan(&n); err != nil {
				e.t.Fatal(err)
			}
			if n != 0 {
				e.t.Errorf("%d rows of %s have %s", n, table, what)
			}
		}
	}
}
