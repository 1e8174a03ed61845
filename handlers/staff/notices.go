package staff

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

type noticesBody struct {
	Days   []noticeDay
	Unread int
	Next   string // address of the page after, empty on the last
	First  bool   // this is the first page
}

// noticeDay is the notices of one day, as the person has days.
type noticeDay struct {
	Label string
	Rows  []noticeRow
}

type noticeRow struct {
	models.Notice

	Text, Icon string
	Time       string // of day
}

// noticeIcons are the drawings of the kinds; others have the bell.
var noticeIcons = map[string]string{
	models.NoticeFeedback: "heart", models.NoticeFeedbackReply: "heart", models.NoticeThanks: "heart",
	models.NoticeOwed: "clock", models.NoticeOwedClimbed: "clock", models.NoticeMessage: "sms", models.NoticeMentionPost: "people",
	models.NoticePost: "people", models.NoticeComment: "people", models.NoticeQuestion: "search", models.NoticeQuestionAnswer: "search",
	models.NoticeJobFromQuestion: "job", models.NoticeWording: "edit", models.NoticeWordingDecided: "edit", models.NoticeNewJob: "share",
}

// Notices are what happened that concerns the person, the newest first.
func (h *Handlers) Notices(c echo.Context) error {
	ctx, user := c.Request().Context(), web.User(c)
	cursor := c.QueryParam("cursor")
	ns, next, err := h.DB.Notices(ctx, *user, cursor)
	if err != nil {
		return err
	}
	choices, err := h.DB.NoticeChoices(ctx, *user)
	if err != nil {
		return err
	}
	body := noticesBody{Days: h.noticeDays(c, ns, choices.Zone()), First: cursor == ""}
	if body.Unread, err = h.DB.UnreadNotices(ctx, user.ID); err != nil {
		return err
	}
	if next != "" {
		body.Next = "/notices?cursor=" + url.QueryEscape(next)
	}
	return h.Render(c, "staff/notices.html", h.Printer(c).T("notices.title"), body)
}

func (h *Handlers) noticeDays(c echo.Context, ns []models.Notice, zone *time.Location) []noticeDay {
	p, now := h.Printer(c), h.Now().In(zone)
	labels := map[string]string{p.Date(now): p.T("notices.today"), p.Date(now.AddDate(0, 0, -1)): p.T("notices.yesterday")}
	var days []noticeDay
	for _, n := range ns {
		at := n.At.In(zone)
		label := p.Date(at)
		if near, is := labels[label]; is {
			label = near
		}
		if len(days) == 0 || days[len(days)-1].Label != label {
			days = append(days, noticeDay{Label: label})
		}
		icon, known := noticeIcons[n.Kind]
		if !known {
			icon = "bell"
		}
		day := &days[len(days)-1]
		day.Rows = append(day.Rows, noticeRow{Notice: n, Text: n.Say(p), Icon: icon, Time: at.Format("15:04")})
	}
	return days
}

// OpenNotice leads to what a notice is about, and has it read.
func (h *Handlers) OpenNotice(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	n, err := h.DB.OpenNotice(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, n.Told.Path)
}

// ReadNotice has one notice read.
func (h *Handlers) ReadNotice(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if _, err := h.DB.ReadNotice(c.Request().Context(), *web.User(c), id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/notices")
}

// ReadNotices has all of them read.
func (h *Handlers) ReadNotices(c echo.Context) error {
	if err := h.DB.ReadNotices(c.Request().Context(), web.User(c).ID, nil); err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T("notices.all_read"))
	return c.Redirect(http.StatusSeeOther, "/notices")
}
