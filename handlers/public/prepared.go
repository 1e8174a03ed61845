package public

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/maypok86/otter/v2"

	"kollega/handlers/web"
	"kollega/models"
)

// maxPrepared bounds the landing pages that are kept ready, each about ten kilobytes.
const maxPrepared = 4096

// prepared keeps landing pages ready to be sent: rendering one costs a hundred times what filling in a code and a visit does.
type prepared struct {
	pages *otter.Cache[preparedKey, *readyPage]
	code  string // stands for the link's code in a rendered page
	visit string // stands for the visit's token
}

// preparedKey is all that two visitors' pages may differ in, but for the link's code and the visit.
type preparedKey struct {
	job      uuid.UUID
	version  uint64 // of the job's page
	house    time.Time
	language string
	chosen   bool      // the language is in the address, so links carry it on
	data     string    // the visitor's choice of the clip's file
	saveData bool      // the browser's
	clip     uuid.UUID // that the visit is shown
	byLink   bool
	by       string
}

// readyPage is a rendered page, cut where the code and the visit go: parts[i] is followed by holes[i].
type readyPage struct {
	parts   [][]byte
	holes   []hole
	indexed bool
}

type hole bool

const (
	holeCode  hole = false
	holeVisit hole = true
)

func newPrepared() *prepared {
	mark := func() string { return strings.ToLower(rand.Text()) } // no page has it in its own words
	return &prepared{
		pages: otter.Must(&otter.Options[preparedKey, *readyPage]{MaximumSize: maxPrepared}),
		code:  mark(), visit: mark(),
	}
}

// fresh sends the page as it is before anything is typed, from what was rendered for others where that fits.
func (h *Handlers) fresh(c echo.Context, l models.Landing, visit string, shown uuid.UUID) error {
	if !l.Open(h.Now()) { // it shows the other jobs, which change by themselves
		return h.show(c, l, shown, http.StatusOK, applyBody{Visit: visit})
	}
	ready, err := h.ready(c, l, shown)
	if err != nil {
		return err
	}
	private(c)
	if ready.indexed {
		c.Response().Header().Del("X-Robots-Tag")
	}
	code := ""
	if l.Link != nil {
		code = l.Link.Code
	}
	return c.HTMLBlob(http.StatusOK, ready.fill(code, visit))
}

// ready is the rendered page for such visitors, rendered now if nobody came before.
func (h *Handlers) ready(c echo.Context, l models.Landing, shown uuid.UUID) (*readyPage, error) {
	key := preparedKey{
		job: l.Job.ID, version: l.Version, house: h.Organisation().UpdatedAt, language: h.Lang(c), chosen: c.QueryParam("lang") != "",
		data: web.Data(c), saveData: c.Request().Header.Get("Save-Data") == "on", clip: shown, byLink: strings.HasPrefix(c.Path(), "/s/"), by: l.By,
	}
	if l.Link == nil {
		key.by = "off" // turned off, or the open door: byLink tells which
	}
	if page, ok := h.prepared.pages.GetIfPresent(key); ok {
		return page, nil
	}
	if l.Link != nil {
		marked := *l.Link
		marked.Code = h.prepared.code
		l.Link = &marked
	}
	page := h.page(c, l, shown, http.StatusOK, applyBody{Visit: h.prepared.visit})
	html, err := h.Bytes("public/landing.html", page)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(html, []byte(h.prepared.visit)) {
		return nil, fmt.Errorf("landing page of job %s: no place for the visit", l.Job.ID)
	}
	ready := h.prepared.cut(html)
	ready.indexed = !page.NoIndex
	h.prepared.pages.Set(key, ready)
	return ready, nil
}

// cut finds the holes.
func (p *prepared) cut(html []byte) *readyPage {
	r := &readyPage{}
	for {
		code, visit := bytes.Index(html, []byte(p.code)), bytes.Index(html, []byte(p.visit))
		switch {
		case code >= 0 && (visit < 0 || code < visit):
			r.parts, r.holes, html = append(r.parts, html[:code]), append(r.holes, holeCode), html[code+len(p.code):]
		case visit >= 0:
			r.parts, r.holes, html = append(r.parts, html[:visit]), append(r.holes, holeVisit), html[visit+len(p.visit):]
		default:
			r.parts = append(r.parts, html)
			return r
		}
	}
}

// fill puts a visitor's code and token into the page; both are letters, digits, dashes and underscores alone.
func (r *readyPage) fill(code, visit string) []byte {
	size := 0
	for _, part := range r.parts {
		size += len(part)
	}
	html := make([]byte, 0, size+len(r.holes)*max(len(code), len(visit)))
	for i, part := range r.parts {
		html = append(html, part...)
		if i < len(r.holes) {
			if r.holes[i] == holeVisit {
				html = append(html, visit...)
			} else {
				html = append(html, code...)
			}
		}
	}
	return html
}
