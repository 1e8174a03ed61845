package public

import (
	"context"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"kollega/handlers/front"
	"kollega/handlers/web"
	"kollega/internal/auth"
	"kollega/models"
	"kollega/tracking"
)

// inFront answers share links before net/http, as Share does. What it does not answer is left to Share: sessions, unknown
// codes, jobs that are not open, a house that is not set up.
type inFront struct {
	*Handlers
	echo          *echo.Echo // lends its contexts
	ip            func(*http.Request) string
	fixed         string // the headers that every answer carries, and those of every share link
	limits        limits
	shown, onward prometheus.Observer
}

// ShareInFront is the short way to Share.
func (h *Handlers) ShareInFront() front.Answer {
	s := &inFront{
		Handlers: h, echo: echo.New(),
		shown: h.Took(http.MethodGet, sharePath, http.StatusOK), onward: h.Took(http.MethodGet, sharePath, http.StatusFound),
	}
	if len(h.Trusted) > 0 {
		s.ip = web.ClientIP(h.Trusted)
	}
	var b strings.Builder
	for _, f := range append(h.Headers(), [2]string{"Cache-Control", privateCache}, [2]string{"Vary", "Accept-Encoding"}) {
		b.WriteString(f[0] + ": " + f[1] + "\r\n")
	}
	s.fixed = b.String()
	return s.answer
}

func (s *inFront) answer(dst []byte, c *front.Click) ([]byte, bool) {
	began := time.Now()
	code, ok := auth.ParseLinkCode(c.Code)
	if !ok || strings.Contains(c.Cookie, s.Sessions.Cookie.Name) || s.Log.Enabled(context.Background(), slog.LevelDebug) ||
		s.Organisation().Name == "" {
		return dst, false
	}
	l, err := s.Directory.ByCode(code)
	if err != nil || !l.Open(s.Now()) {
		return dst, false
	}
	at := where(l)
	at.Compared = l.Compared(s.Now())
	onward, pages := l.Job.ApplyURL, shownPages{}
	if onward == "" {
		err = s.pages(&pages, c, l, at) // before anything is recorded: the route would record it again
	}
	if err != nil || strings.ContainsFunc(onward, isControl) || !s.visitor(c) {
		return dst, false
	}
	id := uuid.New()
	taken, err := s.Tracker.Take(s.limits.context(began), c.Request, at)
	if err != nil {
		s.logLost(id.String(), err)
	}
	if onward != "" {
		dst = s.sendOn(dst, id, onward)
		s.onward.Observe(time.Since(began).Seconds())
		return dst, true
	}
	linkCode := ""
	if l.Link != nil {
		linkCode = l.Link.Code
	}
	dst = s.send(dst, id, pages.of(taken.ClipID), c.Gzip, linkCode, taken.Token)
	s.shown.Observe(time.Since(began).Seconds())
	return dst, true
}

// shownPages are the pages of which a visit gets one: the same but for the clip, where two are compared.
type shownPages struct {
	clips [3]uuid.UUID
	pages [3]*readyPage
}

func (p *shownPages) of(clip uuid.UUID) *readyPage {
	return p.pages[max(0, slices.Index(p.clips[:], clip))]
}

func (s *inFront) pages(p *shownPages, c *front.Click, l models.Landing, at tracking.Where) (err error) {
	p.clips = [3]uuid.UUID{at.ClipID, at.Compared[0], at.Compared[1]}
	for i, clip := range p.clips {
		if i > 0 && at.Compared[0] == uuid.Nil {
			break
		}
		if p.pages[i], err = s.page(c, l, clip); err != nil {
			return err
		}
	}
	return nil
}

// visitor finds the address of who asks; behind trusted proxies as Share does.
func (s *inFront) visitor(c *front.Click) bool {
	if s.ip == nil {
		c.Request.IP = c.Remote.Addr()
		return true
	}
	r := http.Request{RemoteAddr: c.Remote.String(), Header: http.Header{}}
	if c.Forwarded != "" {
		r.Header.Set(echo.HeaderXForwardedFor, c.Forwarded)
	}
	addr, err := netip.ParseAddr(s.ip(&r))
	c.Request.IP = addr.Unmap()
	return err == nil
}

// page is the prepared page that suits the visitor.
func (s *inFront) page(c *front.Click, l models.Landing, shown uuid.UUID) (*readyPage, error) {
	key := s.key(asked{
		language: s.Language(c.Lang, c.Request.AcceptLanguage), chosen: c.Lang != "", data: web.DataChoice(c.Data), saveData: c.SaveData, byLink: true,
	}, l, shown)
	if page, ok := s.prepared.pages.GetIfPresent(key); ok {
		return page, nil
	}
	r, err := c.HTTP()
	if err != nil {
		return nil, err
	}
	ctx := s.echo.NewContext(r, nil)
	ctx.SetPath(sharePath)
	return s.ready(ctx, l, shown)
}

func (s *inFront) head(dst []byte, status string, id uuid.UUID) []byte {
	dst = append(append(dst, "HTTP/1.1 "...), status...)
	dst = append(append(dst, "\r\n"...), s.fixed...)
	dst = append(dst, "X-Request-Id: "...)
	dst = appendID(dst, id)
	dst = append(dst, "\r\nDate: "...)
	return s.Now().UTC().AppendFormat(dst, http.TimeFormat)
}

func (s *inFront) sendOn(dst []byte, id uuid.UUID, to string) []byte {
	dst = s.head(dst, "302 Found", id)
	dst = append(append(dst, "\r\nX-Robots-Tag: noindex\r\nContent-Length: 0\r\nLocation: "...), to...)
	return append(dst, "\r\n\r\n"...)
}

func (s *inFront) send(dst []byte, id uuid.UUID, page *readyPage, packed bool, code, visit string) []byte {
	dst = s.head(dst, "200 OK", id)
	if !page.indexed {
		dst = append(dst, "\r\nX-Robots-Tag: noindex"...)
	}
	if packed {
		dst = append(dst, "\r\nContent-Encoding: gzip"...)
	}
	dst = append(dst, "\r\nContent-Type: "+echo.MIMETextHTMLCharsetUTF8+"\r\nContent-Length: "...)
	dst = strconv.AppendInt(dst, int64(page.size(packed, code, visit)), 10)
	dst = append(dst, "\r\n\r\n"...)
	return page.append(dst, packed, code, visit)
}

// appendID writes a UUID as its String does.
func appendID(dst []byte, id uuid.UUID) []byte {
	dst = hex.AppendEncode(dst, id[:4])
	for _, part := range [...][]byte{id[4:6], id[6:8], id[8:10], id[10:]} {
		dst = hex.AppendEncode(append(dst, '-'), part)
	}
	return dst
}

func isControl(r rune) bool { return r < ' ' || r > '~' }

// limits gives contexts that end half a minute from now or a little later. They are shared: a timer for each click would
// cost more than the click.
type limits struct{ newest atomic.Pointer[limit] }

type limit struct {
	ctx   context.Context
	until time.Time // given out for so long
}

func (l *limits) context(now time.Time) context.Context {
	if n := l.newest.Load(); n != nil && now.Before(n.until) {
		return n.ctx
	}
	ctx, cancel := context.WithTimeout(context.Background(), web.AnswerWithin+shared)
	context.AfterFunc(ctx, cancel)
	l.newest.Store(&limit{ctx, now.Add(shared)})
	return ctx
}

const shared = 5 * time.Second
