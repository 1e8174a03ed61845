package static_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kollega/static"
)

func manifest(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("dist/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	if err := json.Unmarshal(raw, &names); err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatal("the manifest is empty")
	}
	return names
}

func get(path, encoding string) *http.Response {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	static.Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestEveryBuiltFileIsServedUnderItsHash(t *testing.T) {
	t.Parallel()
	for name := range manifest(t) {
		address := static.Path(name)
		res := get(address, "")
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusOK {
			t.Errorf("GET %s: got status %d, want 200", address, res.StatusCode)
		}
		sum := sha256.Sum256(body)
		if hash := base32.StdEncoding.EncodeToString(sum[:5]); !strings.Contains(address, "-"+hash+".") {
			t.Errorf("%s: got content of hash %s, want the name to carry it", address, hash)
		}
		if got := res.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: got Cache-Control %q", address, got)
		}
		want := map[string]string{".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}[filepath.Ext(name)]
		if got := res.Header.Get("Content-Type"); want == "" || !strings.HasPrefix(got, want) {
			t.Errorf("%s: got Content-Type %q, want %q", address, got, want)
		}
	}
}

func TestCompressedWhereTheBrowserTakesIt(t *testing.T) {
	t.Parallel()
	cases := []struct {
		accept string
		want   string
	}{
		{"gzip, deflate, br", "gzip"},
		{"br;q=1, GZIP; q=0.5", "gzip"},
		{"gzip;q=0", ""},
		{"identity", ""},
		{"", ""},
	}
	plain, err := io.ReadAll(get(static.Path("app.css"), "").Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		res := get(static.Path("app.css"), c.accept)
		if got := res.Header.Get("Content-Encoding"); got != c.want {
			t.Errorf("Accept-Encoding %q: got %q, want %q", c.accept, got, c.want)
			continue
		}
		if got := res.Header.Get("Vary"); got != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: got Vary %q", c.accept, got)
		}
		if c.want == "" {
			continue
		}
		zip, err := gzip.NewReader(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(zip)
		if err != nil {
			t.Fatal(err)
		}
		if string(body) != string(plain) {
			t.Errorf("Accept-Encoding %q: the unpacked body differs from the plain one", c.accept)
		}
	}
}

func TestUnknownFilesAreNotFound(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/static/", "/static/app.css", "/static/manifest.json", "/static/app-AAAAAAAA.css", "/static/../static.go"} {
		if got := get(path, "").StatusCode; got != http.StatusNotFound {
			t.Errorf("GET %s: got %d, want 404", path, got)
		}
	}
}

func TestTheLandingPageStaysLight(t *testing.T) {
	t.Parallel()
	total := 0
	for _, name := range []string{"landing.css", "landing.js"} {
		body, err := io.ReadAll(get(static.Path(name), "gzip").Body)
		if err != nil {
			t.Fatal(err)
		}
		total += len(body)
	}
	if total > 12_000 {
		t.Errorf("landing.css and landing.js: got %d bytes compressed, want at most 12000 so that the page stays under 40 kB", total)
	}
	script, err := io.ReadAll(get(static.Path("landing.js"), "").Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(script) > 2_048 {
		t.Errorf("landing.js: got %d bytes, want at most 2048", len(script))
	}
}

func TestNothingBuiltAsksAnotherOrigin(t *testing.T) {
	t.Parallel()
	for name := range manifest(t) {
		body, err := io.ReadAll(get(static.Path(name), "").Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, sign := range []string{"url(http", "url(//", "@import", "sourceMappingURL", "eval("} {
			if name == "app.js" && sign == "eval(" {
				continue // htmx carries it, switched off by allowEval=false and by the CSP
			}
			if strings.Contains(string(body), sign) {
				t.Errorf("%s: got %q in it, want none", name, sign)
			}
		}
	}
}
