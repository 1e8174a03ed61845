// Package static holds the built front end: style sheets, scripts and images, embedded and served under hashed names.
package static

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// Prefix is the path under which Handler expects to be mounted.
const Prefix = "/static/"

//go:embed dist
var dist embed.FS

// file is one built file, ready to be sent.
type file struct {
	contentType string
	plain       []byte
	gzipped     []byte // nil where compressing does not pay
}

// bundle is everything that was built: hashed names by plain names, and files by hashed names.
type bundle struct {
	names map[string]string
	files map[string]file
}

// built reads and compresses the embedded files once, when the first of them is asked for.
var built = sync.OnceValue(func() bundle {
	b, err := load()
	if err != nil {
		panic(fmt.Sprintf("static: the embedded files are broken: %v", err))
	}
	return b
})

// Path returns the address of a built file by its plain name, as in Path("app.css").
// It panics where there is no such file, which a template's test meets first.
func Path(name string) string {
	hashed, ok := built().names[name]
	if !ok {
		panic(fmt.Sprintf("static: no built file %q; see static/build", name))
	}
	return Prefix + hashed
}

// Handler serves the built files under Prefix; their names change with their content, so browsers keep them for a year.
func Handler() http.Handler {
	files := built().files
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := files[strings.TrimPrefix(r.URL.Path, Prefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		f.serve(w, r)
	})
}

// serve sends the file, compressed where the browser takes it.
func (f file) serve(w http.ResponseWriter, r *http.Request) {
	body := f.plain
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	if f.gzipped != nil {
		h.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			body = f.gzipped
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the browser went away: nothing is left to do
}

// acceptsGzip reads an Accept-Encoding header (RFC 9110, 12.5.3); "gzip;q=0" is a refusal.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		if !found {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}

// load reads the manifest and the files it names.
func load() (bundle, error) {
	b := bundle{names: map[string]string{}, files: map[string]file{}}
	manifest, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		return b, fmt.Errorf("read manifest: %w", err)
	}
	if err := json.Unmarshal(manifest, &b.names); err != nil {
		return b, fmt.Errorf("parse manifest: %w", err)
	}
	for name, hashed := range b.names {
		content, err := dist.ReadFile("dist/" + hashed)
		if err != nil {
			return b, fmt.Errorf("read %s: %w", name, err)
		}
		f := file{contentType: contentType(name), plain: content}
		if f.gzipped, err = compress(content); err != nil {
			return b, fmt.Errorf("compress %s: %w", name, err)
		}
		b.files[hashed] = f
	}
	return b, nil
}

// contentType names the media type by ending; the operating system's table is not asked, it differs between machines.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// compress returns the gzipped content, or nil where that saves less than a tenth.
func compress(content []byte) ([]byte, error) {
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	if _, err := zip.Write(content); err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	if out.Len() > len(content)*9/10 {
		return nil, nil
	}
	return out.Bytes(), nil
}
