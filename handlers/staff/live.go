package staff

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/live"
	"kollega/handlers/web"
	"kollega/models"
)

const (
	beatEvery  = 20 * time.Second // a sign of life, for proxies and for the page
	tellApart  = time.Second      // between two messages to a page
	writeLimit = 10 * time.Second // who reads slower than that is let go, and asks later what was missed
	fullAgain  = 60               // seconds until a page that found no place may ask again

	maxTopics = 40
	maxTopic  = 80 // bytes of a topic's name
)

type liveInput struct {
	On    []string `query:"on"`    // topics
	Since string   `query:"since"` // the mark of the page
}

// Live tells an open page which of its topics have changed: as server-sent events for as long as the page is there, or once for a
// page that only asks.
func (h *Handlers) Live(c echo.Context) error {
	var in liveInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	if len(in.On) > maxTopics {
		return echo.NewHTTPError(http.StatusBadRequest)
	}
	for _, topic := range in.On {
		if len(topic) > maxTopic || strings.ContainsAny(topic, " \r\n") {
			return echo.NewHTTPError(http.StatusBadRequest)
		}
	}
	since := models.ParseLiveMark(in.Since)
	if last := models.ParseLiveMark(c.Request().Header.Get("Last-Event-ID")); last != (models.LiveMark{}) {
		since = last
	}
	if !strings.Contains(c.Request().Header.Get("Accept"), "text/event-stream") {
		return h.liveOnce(c, in.On, since)
	}
	user := web.User(c)
	page, err := h.App.Live.Join(c.Request().Context(), live.Who{User: user.ID, Role: user.Role, Epoch: user.SessionEpoch, Session: h.SessionHash(c)}, in.On, since)
	if errors.Is(err, live.ErrFull) {
		c.Response().Header().Set("Retry-After", strconv.Itoa(fullAgain))
		return c.NoContent(http.StatusServiceUnavailable)
	}
	if err != nil {
		return err
	}
	defer page.Leave()
	return newStream(c).follow(c, page)
}

type liveAnswer struct {
	Mark   string   `json:"mark"`
	Topics []string `json:"topics"` // those asked for that have changed; "*" for all
}

// liveOnce answers at once.
func (h *Handlers) liveOnce(c echo.Context, asked []string, since models.LiveMark) error {
	topics, mark, err := h.App.Live.Missed(c.Request().Context(), web.User(c).ID, since)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, liveAnswer{mark.String(), live.Wanted(topics, asked)})
}

// stream is an answer that goes on.
type stream struct {
	res *echo.Response
	ctl *http.ResponseController
}

func newStream(c echo.Context) *stream {
	head := c.Response().Header()
	head.Set(echo.HeaderContentType, "text/event-stream")
	head.Set(echo.HeaderCacheControl, "no-store, no-transform")
	head.Set("X-Accel-Buffering", "no") // nginx would wait for more
	c.Response().WriteHeader(http.StatusOK)
	return &stream{c.Response(), http.NewResponseController(c.Response())}
}

// follow tells the page what there is to tell until it is gone or is to go; an error says only that it is gone.
func (s *stream) follow(c echo.Context, page *live.Page) error {
	defer func() { _ = s.ctl.SetWriteDeadline(time.Time{}) }() // the connection may carry other answers later
	if !s.hello() {
		return nil
	}
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	for {
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-page.Ended():
			return nil
		case <-beat.C:
		case <-page.Ready():
		}
		topics, mark := page.Take()
		kind := "change"
		if len(topics) == 0 {
			kind = "beat"
		}
		if !s.send("event: " + kind + "\nid: " + mark.String() + "\ndata: " + strings.Join(topics, " ") + "\n\n") {
			return nil
		}
		if len(topics) > 0 && !pause(c, page) {
			return nil
		}
	}
}

// hello tells how soon to come back after a broken connection, which is not the same for all: after a restart they would come at once.
func (s *stream) hello() bool {
	again := 1000 + rand.IntN(3000) //nolint:gosec // no secret
	return s.send("retry: " + strconv.Itoa(again) + "\nevent: hello\ndata:\n\n")
}

// send writes and tells whether it was taken.
func (s *stream) send(text string) bool {
	_ = s.ctl.SetWriteDeadline(time.Now().Add(writeLimit)) // not every writer has one
	if _, err := s.res.Write([]byte(text)); err != nil {
		return false
	}
	return s.ctl.Flush() == nil
}

// pause lets a second pass between two messages; false when the page is gone or is to go.
func pause(c echo.Context, page *live.Page) bool {
	select {
	case <-c.Request().Context().Done():
		return false
	case <-page.Ended():
		return false
	case <-time.After(tellApart):
		return true
	}
}
