// Package transcribe asks a service that speaks OpenAI's transcription API to write down what is said.
package transcribe

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	path         = "/audio/transcriptions"
	defaultModel = "whisper-1"
	limit        = 3 * time.Minute // of one request: a slow machine listens to two minutes of sound
	maxAnswer    = 2 << 20         // bytes
	maxWords     = 300             // bytes of a refusal that are kept
)

// Client asks one service. It is safe for concurrent use.
type Client struct {
	endpoint *url.URL
	key      string
	model    string
	http     *http.Client
}

// Refused says that the service answered with an error. What it said is for administrators only.
type Refused struct {
	Status int
	Said   string
}

// Error gives status and words.
func (r *Refused) Error() string {
	return fmt.Sprintf("transcription service: status %d: %s", r.Status, r.Said)
}

// Lasting tells whether asking again cannot help.
func (r *Refused) Lasting() bool {
	return r.Status >= 400 && r.Status < 500 && r.Status != http.StatusRequestTimeout && r.Status != http.StatusTooManyRequests
}

// New is the service at base, as "https://api.openai.com/v1"; the key may be empty, an empty model is whisper-1.
func New(base, key, model string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("no address of a transcription service, as https://api.openai.com/v1")
	}
	if !strings.HasSuffix(u.Path, path) {
		u = u.JoinPath(path)
	}
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // sound and key go where was said
	return &Client{endpoint: u, key: key, model: cmp.Or(model, defaultModel), http: &http.Client{Timeout: limit, CheckRedirect: noRedirect}}, nil
}

// Host is where the sound goes.
func (c *Client) Host() string { return c.endpoint.Host }

// Transcribe sends a file of sound and answers WebVTT. Services that do not write WebVTT are asked for verbose_json.
func (c *Client) Transcribe(ctx context.Context, file, language string) ([]byte, error) {
	answer, err := c.ask(ctx, file, language, "vtt")
	var refused *Refused
	switch {
	case err == nil && bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(answer, []byte("\xef\xbb\xbf"))), []byte("WEBVTT")):
		return bytes.TrimSpace(bytes.TrimPrefix(answer, []byte("\xef\xbb\xbf"))), nil
	case err != nil && (!errors.As(err, &refused) || refused.Status != http.StatusBadRequest && refused.Status != http.StatusUnprocessableEntity && refused.Status != http.StatusUnsupportedMediaType):
		return nil, err
	}
	if answer, err = c.ask(ctx, file, language, "verbose_json"); err != nil {
		return nil, err
	}
	return fromJSON(answer)
}

// ask makes one request.
func (c *Client) ask(ctx context.Context, file, language, format string) ([]byte, error) {
	body, kind, err := c.form(file, language, format)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint.String(), body)
	if err != nil {
		return nil, fmt.Errorf("transcribe: %w", err)
	}
	req.Header.Set("Content-Type", kind)
	if c.key != "" {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("transcribe: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("transcribe: %w", err)
	}
	if len(answer) > maxAnswer {
		return nil, &Refused{Status: http.StatusRequestEntityTooLarge, Said: "the answer is too large"}
	}
	if res.StatusCode != http.StatusOK {
		return nil, &Refused{Status: res.StatusCode, Said: strings.ToValidUTF8(string(answer[:min(len(answer), maxWords)]), "?")}
	}
	return answer, nil
}

// form is the request's body; a clip's sound is less than half a megabyte.
func (c *Client) form(file, language, format string) (body io.Reader, contentType string, err error) {
	sound, err := os.ReadFile(file)
	if err != nil {
		return nil, "", fmt.Errorf("transcribe: %w", err)
	}
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	part, err := w.CreateFormFile("file", filepath.Base(file))
	if err != nil {
		return nil, "", err
	}
	fields := [][2]string{{"model", c.model}, {"language", spoken(language)}, {"response_format", format}}
	_, err = part.Write(sound)
	for _, f := range fields {
		err = errors.Join(err, w.WriteField(f[0], f[1]))
	}
	return &buf, w.FormDataContentType(), errors.Join(err, w.Close())
}

// spoken is a language as the services know it: two letters, and bokmål is Norwegian.
func spoken(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	if base == "nb" {
		return "no"
	}
	return base
}

// fromJSON writes the segments of a verbose_json answer as WebVTT.
func fromJSON(answer []byte) ([]byte, error) {
	var said struct {
		Segments []struct {
			Start float64 `json:"start"` // seconds
			End   float64 `json:"end"`
			Text  string  `json:"text"`
		} `json:"segments"`
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return nil, &Refused{Status: http.StatusOK, Said: "the answer is neither WebVTT nor verbose_json"}
	}
	var b bytes.Buffer
	b.WriteString("WEBVTT\n")
	for _, s := range said.Segments {
		text := strings.Join(strings.Fields(strings.NewReplacer("-->", "→", "&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s.Text)), " ")
		if text != "" && s.End > s.Start && s.Start >= 0 {
			fmt.Fprintf(&b, "\n%s --> %s\n%s\n", at(s.Start), at(s.End), text)
		}
	}
	return b.Bytes(), nil
}

// at is a time as WebVTT writes it.
func at(seconds float64) string {
	ms := int64(seconds*1000 + 0.5)
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}
