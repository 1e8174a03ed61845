package embedded

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kollega/storage"
)

func TestHandlerRefuses(t *testing.T) {
	t.Parallel()
	s, store := started(t, options(t.TempDir()))
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	if err := store.Put(t.Context(), "o/secret", strings.NewReader("secret"), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	upload := created(t, store, "o/1")
	good := presigned(t, store, "o/1", upload, 1, time.Minute)
	expired := presigned(t, store, "o/1", upload, 1, time.Second)
	expires := time.Now().Add(1100 * time.Millisecond)
	large := random(8 << 20) // the gateway stops reading long before its end

	cases := []struct{ name, method, path string }{
		{"no signature", http.MethodPut, "/files/o/1?uploadId=" + upload + "&partNumber=1"},
		{"other key", http.MethodPut, strings.Replace(good, "/o/1?", "/o/2?", 1)},
		{"other part", http.MethodPut, strings.Replace(good, "partNumber=1", "partNumber=2", 1)},
		{"other upload", http.MethodPut, strings.Replace(good, upload, other(upload[0])+upload[1:], 1)},
		{"longer life", http.MethodPut, strings.Replace(good, "X-Amz-Expires=60", "X-Amz-Expires=6000", 1)},
		{"more asked for", http.MethodPut, good + "&acl"},
		{"signature changed", http.MethodPut, good[:len(good)-1] + other(good[len(good)-1])},
		{"signed for PUT, read", http.MethodGet, good},
		{"signed for PUT, begun", http.MethodPost, good},
		{"whole object", http.MethodPut, "/files/o/secret?X-Amz-Signature=1"},
		{"read", http.MethodGet, "/files/o/secret"},
		{"list", http.MethodGet, "/files?list-type=2"},
		{"begin", http.MethodPost, "/files/o/3?uploads"},
		{"delete", http.MethodDelete, "/files/o/secret"},
		{"buckets", http.MethodGet, "/"},
		{"expired", http.MethodPut, expired},
	}
	t.Run("refused", func(t *testing.T) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				if c.path == expired {
					time.Sleep(time.Until(expires))
				}
				for _, body := range [][]byte{[]byte("small"), large} {
					if c.method == http.MethodGet {
						body = nil
					}
					got, _, text := request(t, c.method, web.URL+c.path, bytes.NewReader(body))
					if got != http.StatusForbidden || strings.Contains(text, "secret") {
						t.Errorf("%d bytes: got %d %s, want 403", len(body), got, text)
					}
				}
			})
		}
	})
	if parts, err := store.Parts(t.Context(), "o/1", upload); err != nil || len(parts) != 0 {
		t.Errorf("refused parts were kept: %v, %v", parts, err)
	}
}

// other is another hexadecimal digit.
func other(c byte) string {
	if c == '0' {
		return "1"
	}
	return "0"
}

func TestHandlerTakesParts(t *testing.T) {
	t.Parallel()
	s, store := started(t, options(t.TempDir()))
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	if err := store.Put(t.Context(), "o/secret", strings.NewReader("secret"), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	localhost := strings.Replace(web.URL, "127.0.0.1", "localhost", 1)
	for _, c := range []struct {
		name, origin string
		header       []string
	}{
		{"by address", web.URL, nil},
		{"by another name", localhost, nil},
		{"waiting for a go-ahead", web.URL, []string{"Expect", "100-continue"}},
		{"with cookies and a content type", web.URL, []string{"Cookie", "session=1", "Content-Type", "video/mp4", "X-Forwarded-Host", "evil.test"}},
		{"asking for a copy of another object", web.URL, []string{"X-Amz-Copy-Source", "/files/o/secret"}},
	} {
		upload := created(t, store, "o/æ b")
		got, h, text := request(t, http.MethodPut, c.origin+presigned(t, store, "o/æ b", upload, 1, time.Minute), bytes.NewReader(random(1000)), c.header...)
		if got != http.StatusOK || h.Get("ETag") == "" || h.Get("Server") != "" {
			t.Errorf("%s: got %d %s %v", c.name, got, text, h)
		}
		parts, err := store.Parts(t.Context(), "o/æ b", upload)
		if err != nil || len(parts) != 1 || parts[0].Size != 1000 || parts[0].ETag != h.Get("ETag") {
			t.Errorf("%s: stands as %+v, %v", c.name, parts, err)
		}
	}
}

func TestHandlerLimitsParts(t *testing.T) {
	t.Parallel()
	s, store := started(t, options(t.TempDir()))
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	upload := created(t, store, "o/1")
	address := web.URL + presigned(t, store, "o/1", upload, 1, time.Minute)
	for length, want := range map[int64]int{
		MaxPartSize + 1: http.StatusRequestEntityTooLarge,
		-1:              http.StatusLengthRequired,
	} {
		req, err := http.NewRequest(http.MethodPut, address, io.LimitReader(zeros{}, MaxPartSize+1))
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = length
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("length %d: got %s, want %d", length, res.Status, want)
		}
	}
	if parts, err := store.Parts(t.Context(), "o/1", upload); err != nil || len(parts) != 0 {
		t.Errorf("kept %v, %v", parts, err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestHandlerCORS(t *testing.T) {
	t.Parallel()
	s, store := started(t, options(t.TempDir()))
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	upload := created(t, store, "o/1")
	address := web.URL + presigned(t, store, "o/1", upload, 1, time.Minute)

	for origin, allowed := range map[string]bool{publicURL: true, "http://evil.test": false} {
		got, h, _ := request(t, http.MethodOptions, address, nil, "Origin", origin,
			"Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "content-type")
		if (got == http.StatusOK) != allowed || (h.Get("Access-Control-Allow-Origin") != "") != allowed {
			t.Errorf("preflight from %s: got %d %v", origin, got, h)
		}
	}
	_, h, _ := request(t, http.MethodPut, address, strings.NewReader("x"), "Origin", publicURL)
	if h.Get("Access-Control-Allow-Origin") == "" || !strings.Contains(h.Get("Access-Control-Expose-Headers"), "ETag") {
		t.Errorf("part: got %v", h)
	}
	if got, _, _ := request(t, http.MethodOptions, address, nil); got != http.StatusForbidden {
		t.Errorf("OPTIONS that is no preflight: got %d", got)
	}
}

func TestHandlerWithGatewayAway(t *testing.T) {
	t.Parallel()
	s, store := started(t, options(t.TempDir()))
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	path := presigned(t, store, "o/1", created(t, store, "o/1"), 1, time.Minute)
	stopped(t, s)
	if got, _, _ := request(t, http.MethodPut, web.URL+path, bytes.NewReader(random(8<<20))); got != http.StatusBadGateway {
		t.Errorf("got %d", got)
	}
}
