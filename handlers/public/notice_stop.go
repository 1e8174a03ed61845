package public

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
)

// noticeStopBody is what a link in a mail ends.
type noticeStopBody struct {
	Kind  string
	Token string
	Done  bool
}

// NoticeStop asks whether mails are to end. Opening the link ends nothing: mail scanners open them.
func (h *Handlers) NoticeStop(c echo.Context) error { return h.noticeStop(c, false) }

// StopNotices ends mails to somebody, as the link says. Mail programs ask for it as well (RFC 8058): with one click, and without a page.
func (h *Handlers) StopNotices(c echo.Context) error { return h.noticeStop(c, true) }

func (h *Handlers) noticeStop(c echo.Context, do bool) error {
	private(c)
	ctx := c.Request().Context()
	s, err := h.DB.NoticeStop(ctx, c.Param("token"))
	if err != nil {
		return err
	}
	if do {
		if err := h.DB.StopNotices(ctx, s); err != nil {
			return err
		}
	}
	if s.User.Language != "" {
		web.Speak(c, s.User.Language)
	}
	title := h.Printer(c).T("notices.stop.title")
	if do {
		title = h.Printer(c).T("notices.stopped.title")
	}
	page := h.Page(c, title, noticeStopBody{s.Kind, c.Param("token"), do})
	page.NoIndex = true
	return h.RenderPage(c, http.StatusOK, "public/notice_stop.html", page)
}
