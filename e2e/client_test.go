package e2e_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"strings"
	"testing"
	"time"
)

// client asks the program as a script does, with an API token, or as a stranger without.
type client struct {
	t     *testing.T
	base  string
	host  string // empty for that of base
	token string
	http  *http.Client
	ctx   context.Context // of its requests; nil for the test's own
}

// answer is what came back.
type answer struct {
	status int
	body   string
	header http.Header
}

func newClient(p *program, token string) *client {
	return &client{t: p.t, base: p.base, token: token, http: &http.Client{
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// do asks and reads the answer; an error is that of the network.
func (c *client) do(method, path string, body io.Reader, headers ...string) (answer, error) {
	if strings.HasPrefix(path, "/") {
		path = c.base + path
	}
	req, err := http.NewRequestWithContext(cmp.Or(c.ctx, c.t.Context()), method, path, body)
	if err != nil {
		return answer{}, err
	}
	req.Host = cmp.Or(c.host, req.Host)
	req.Header.Set("User-Agent", phoneAgent)
	req.Header.Set("Accept-Language", "nb")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{status: res.StatusCode, body: string(b), header: res.Header}, err
}

// must asks and fails the test unless the answer has that status.
func (c *client) must(want int, method, path string, body io.Reader, headers ...string) answer {
	c.t.Helper()
	got, err := c.do(method, path, body, headers...)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	if got.status != want {
		c.t.Fatalf("%s %s: got %d, want %d: %.2000s", method, path, got.status, want, got.body)
	}
	return got
}

// api calls the JSON API and reads its answer into a T.
func api[T any](c *client, want int, method, path string, body any) T {
	c.t.Helper()
	var sent io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		sent = bytes.NewReader(b)
	}
	got := c.must(want, method, "/api/v1"+path, sent, "Content-Type", "application/json")
	var v T
	if err := json.Unmarshal([]byte(got.body), &v); err != nil {
		c.t.Fatalf("%s %s: %v: %.500s", method, path, err, got.body)
	}
	return v
}

// made is what most calls answer with.
type made struct {
	ID   string `json:"id"`
	Slug string `json:"slug"`
	Code string `json:"code"`
	URL  string `json:"url"`
}

// part is a piece of an upload and where it is to be PUT.
type part struct {
	Number int    `json:"number"`
	URL    string `json:"url"`
}

// upload is a clip whose file is to be sent.
type upload struct {
	ID     string `json:"id"`
	Upload struct {
		PartSize int64  `json:"part_size"`
		Parts    []part `json:"parts"`
	} `json:"upload"`
}

// done is a piece that has arrived.
type done struct {
	Number int    `json:"number"`
	ETag   string `json:"etag"`
}

// clip is a clip as the API tells of it.
type clip struct {
	ID       string  `json:"id"`
	Status   string  `json:"status"`
	Progress float64 `json:"progress"`
	Error    *struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
	Files    map[string]string `json:"files"`
	Duration float64           `json:"duration"`
}

// job makes a published job and returns it.
func (c *client) job(title string) made {
	c.t.Helper()
	return api[made](c, http.StatusCreated, http.MethodPost, "/jobs", map[string]any{
		"title": title, "description": "En **fin** jobb for den som liker folk.", "location": "Bodø", "country": "NO",
		"employment_type": "FULL_TIME", "status": "published", "skills": []map[string]string{{"name": "Fagbrev", "need": "required"}},
	})
}

// begin announces a clip of a job.
func (c *client) begin(job, filename string, size int64) upload {
	c.t.Helper()
	return api[upload](c, http.StatusCreated, http.MethodPost, "/jobs/"+job+"/clips", map[string]any{
		"title": "En dag hos oss", "language": "nb", "filename": filename, "size": size,
	})
}

// send PUTs a piece of the file and returns what it was acknowledged with.
func (c *client) send(file []byte, partSize int64, p part) done {
	c.t.Helper()
	from := int64(p.Number-1) * partSize
	stranger := *c
	stranger.token = "" // the address itself is the permission
	got := stranger.must(http.StatusOK, http.MethodPut, p.URL, bytes.NewReader(file[from:min(from+partSize, int64(len(file)))]))
	return done{Number: p.Number, ETag: got.header.Get("ETag")}
}

// sendAll sends a whole file as a clip and asks for it to be processed.
func (c *client) sendAll(job, path string) upload {
	c.t.Helper()
	file := read(c.t, path)
	u := c.begin(job, "klipp.mp4", int64(len(file)))
	var parts []done
	for _, p := range u.Upload.Parts {
		parts = append(parts, c.send(file, u.Upload.PartSize, p))
	}
	c.complete(u.ID, parts)
	return u
}

func (c *client) complete(id string, parts []done) {
	c.t.Helper()
	api[clip](c, http.StatusAccepted, http.MethodPost, "/clips/"+id+"/complete", map[string]any{"parts": parts})
}

// settled waits until the clip is being processed no more.
func (c *client) settled(id string, within time.Duration) clip {
	c.t.Helper()
	for end := time.Now().Add(within); ; time.Sleep(100 * time.Millisecond) {
		got := api[clip](c, http.StatusOK, http.MethodGet, "/clips/"+id, nil)
		if got.Status != "processing" && got.Status != "uploading" {
			return got
		}
		if time.Now().After(end) {
			c.t.Fatalf("the clip is still %s (%.0f %%) after %s", got.Status, got.Progress*100, within)
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// form is a multipart form with an optional file.
func form(file *attachment, pairs ...string) (body *bytes.Buffer, contentType string) {
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for i := 0; i+1 < len(pairs); i += 2 {
		_ = w.WriteField(pairs[i], pairs[i+1]) // a buffer takes everything
	}
	if file != nil {
		head := textproto.MIMEHeader{}
		head.Set("Content-Disposition", fmt.Sprintf(`form-data; name=%q; filename=%q`, file.field, file.name))
		head.Set("Content-Type", file.kind)
		part, _ := w.CreatePart(head)
		_, _ = part.Write(file.content)
	}
	_ = w.Close()
	return body, w.FormDataContentType()
}

// attachment is a file in a form.
type attachment struct {
	field, name, kind string
	content           []byte
}

// apply sends an application by a link and returns the answer, whatever it is.
func (c *client) apply(code string, file *attachment, pairs ...string) (answer, error) {
	body, kind := form(file, pairs...)
	return c.do(http.MethodPost, "/s/"+code+"/apply", body, "Content-Type", kind)
}

// pdf is a small document that is what it says.
const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj " +
	"3 0 obj<</Type/Page/MediaBox[0 0 300 144]/Parent 2 0 R>>endobj\nxref\n0 4\ntrailer<</Root 1 0 R/Size 4>>\n%%EOF\n"
