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
	asked
	job     uuid.UUID
	version uint64 // of the job's page
	house   time.Time
	clip    uuid.UUID // that is shown first
	by      string
}

// readyPage is a rendered page, cut where the code and the visit go: parts[i] is followed by holes[i].
type readyPage struct {
	parts   [][]byte
	packed  [][]byte // the parts, deflated each
	holes   []hole
	indexed bool
}

type hole bool

const (
	holeCode  hole = false
	holeVisit hole = true
)

// of is what goes into the hole.
func (h hole) of(code, visit string) string {
	if h == holeVisit {
		return visit
	}
	return code
}

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
	return c.HTMLBlob(http.StatusOK, ready.append(make([]byte, 0, ready.size(false, code, visit)), false, code, visit))
}

// asked is what of a request the page depends on.
type asked struct {
	language string
	chosen   bool   // the language is in the address
	data     string // how much data the clip may take, from the address
	saveData bool
	byLink   bool
}

func (h *Handlers) asked(c echo.Context) asked {
	return asked{
		language: h.Lang(c), chosen: c.QueryParam("lang") != "", data: web.Data(c), saveData: c.Request().Header.Get("Save-Data") == "on",
		byLink: c.Path() == sharePath,
	}
}

// key is what the page depends on; shown is the visit's clip.
func (h *Handlers) key(a asked, l models.Landing, shown uuid.UUID) preparedKey {
	key := preparedKey{asked: a, job: l.Job.ID, version: l.Version, house: h.Organisation().UpdatedAt, clip: shown, by: l.By}
	if l.Link == nil {
		key.by = "off" // turned off, or the open door: byLink tells which
	}
	return key
}

// ready is the rendered page for such visitors, rendered now if nobody came before.
func (h *Handlers) ready(c echo.Context, l models.Landing, shown uuid.UUID) (*readyPage, error) {
	key := h.key(h.asked(c), l, shown)
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
	if ready.packed, err = pack(ready.parts); err != nil {
		return nil, fmt.Errorf("landing page of job %s: %w", l.Job.ID, err)
	}
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

// size is the length of what append writes.
func (r *readyPage) size(packed bool, code, visit string) int {
	size, parts := 0, r.parts
	if packed {
		size, parts = len(gzipHead)+storedHead*len(r.holes)+len(gzipEnd)+gzipTail, r.packed
	}
	for _, part := range parts {
		size += len(part)
	}
	for _, h := range r.holes {
		size += len(h.of(code, visit))
	}
	return size
}

// append writes the page with a visitor's code and token in it; both are letters, digits, dashes and underscores alone.
func (r *readyPage) append(dst []byte, packed bool, code, visit string) []byte {
	if packed {
		return r.appendPacked(dst, code, visit)
	}
	for i, part := range r.parts {
		dst = append(dst, part...)
		if i < len(r.holes) {
			dst = append(dst, r.holes[i].of(code, visit)...)
		}
	}
	return dst
}
