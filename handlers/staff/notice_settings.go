package staff

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// noticeForm is how somebody wants to be reached, but for the kinds.
type noticeForm struct {
	TimeZone   string `form:"time_zone"`
	QuietFrom  string `form:"quiet_from"`
	QuietTo    string `form:"quiet_to"`
	DigestHour int    `form:"digest_hour"`
	DigestDay  int    `form:"digest_day"`
	Sharing    bool   `form:"sharing"`
}

type noticeSettingsBody struct {
	noticeForm

	Kinds       []kindChoice
	Ways        []string
	Zones       []string
	Zone        string // the house's
	Hours, Days []option
}

// kindChoice is a kind with the way that is chosen for it.
type kindChoice struct{ Kind, Way string }

// zones are offered; others may be written.
var zones = []string{
	"Europe/Oslo", "Europe/Stockholm", "Europe/Copenhagen", "Europe/Helsinki", "Atlantic/Reykjavik", "Atlantic/Faroe", "Arctic/Longyearbyen", "Europe/London",
	"Europe/Dublin", "Europe/Lisbon", "Europe/Madrid", "Europe/Paris", "Europe/Brussels", "Europe/Amsterdam", "Europe/Berlin", "Europe/Zurich", "Europe/Vienna",
	"Europe/Rome", "Europe/Warsaw", "Europe/Prague", "Europe/Tallinn", "Europe/Riga", "Europe/Vilnius", "Europe/Kyiv", "Europe/Athens", "Europe/Istanbul",
	"America/New_York", "America/Chicago", "America/Los_Angeles", "America/Sao_Paulo", "Asia/Dubai", "Asia/Kolkata", "Asia/Manila", "Asia/Singapore", "Asia/Tokyo",
	"Australia/Sydney", "UTC",
}

// NoticeSettings shows how somebody is reached.
func (h *Handlers) NoticeSettings(c echo.Context) error {
	choices, err := h.DB.NoticeChoices(c.Request().Context(), *web.User(c))
	if err != nil {
		return err
	}
	form := noticeForm{
		TimeZone: choices.TimeZone, QuietFrom: clock(choices.QuietFrom), QuietTo: clock(choices.QuietTo),
		DigestHour: choices.DigestHour, DigestDay: choices.DigestDay, Sharing: choices.Sharing,
	}
	return h.Render(c, "staff/notice_settings.html", h.Printer(c).T("notices.settings"), h.noticeSettings(c, form, choices.Ways))
}

func (h *Handlers) noticeSettings(c echo.Context, form noticeForm, chosen map[string]string) noticeSettingsBody {
	p := h.Printer(c)
	body := noticeSettingsBody{noticeForm: form, Ways: models.Ways, Zones: zones, Zone: houseZone(h.Now())}
	for _, kind := range models.NoticeKindsOf(*web.User(c)) {
		body.Kinds = append(body.Kinds, kindChoice{kind, chosen[kind]})
	}
	for hour := range 24 {
		body.Hours = append(body.Hours, option{strconv.Itoa(hour), fmt.Sprintf("%02d:00", hour)})
	}
	for i := range 7 { // the week begins on Monday
		day := (i + 1) % 7
		body.Days = append(body.Days, option{strconv.Itoa(day), p.T("weekday." + strconv.Itoa(day))})
	}
	return body
}

// houseZone names the time zone of the server, which is the house's.
func houseZone(now time.Time) string {
	if name := time.Local.String(); name != "Local" {
		return name
	}
	return "UTC" + now.Local().Format("-07:00")
}

// SaveNoticeSettings writes how somebody is reached.
func (h *Handlers) SaveNoticeSettings(c echo.Context) error {
	var in noticeForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	user := *web.User(c)
	choices := models.NoticeChoices{Ways: map[string]string{}}
	for _, kind := range models.NoticeKindsOf(user) {
		if way := c.FormValue("way_" + kind); way != "" {
			choices.Ways[kind] = way
		}
	}
	var bad models.ValidationErrors
	choices.NoticeSettings = models.NoticeSettings{
		TimeZone: strings.TrimSpace(in.TimeZone), QuietFrom: minutes(&bad, "quiet_from", in.QuietFrom), QuietTo: minutes(&bad, "quiet_to", in.QuietTo),
		DigestHour: in.DigestHour, DigestDay: in.DigestDay, Sharing: in.Sharing,
	}
	err := bad.Err()
	if err == nil {
		err = h.DB.SaveNoticeChoices(c.Request().Context(), user, choices)
	}
	if err != nil {
		return h.RenderInvalid(c, err, "staff/notice_settings.html", h.Printer(c).T("notices.settings"), h.noticeSettings(c, in, choices.Ways))
	}
	h.Flash(c, "success", h.Printer(c).T("notices.saved"))
	return c.Redirect(http.StatusSeeOther, "/settings/notices")
}

// clock is minutes of the day as a form has them, empty for none.
func clock(minutes *int) string {
	if minutes == nil {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", *minutes/60, *minutes%60)
}

// minutes are those of the day that a form says; nil for none.
func minutes(bad *models.ValidationErrors, field, clock string) *int {
	if clock == "" {
		return nil
	}
	at, err := time.Parse("15:04", clock)
	if err != nil {
		bad.Add(field, "notices.error.clock")
		return nil
	}
	m := at.Hour()*60 + at.Minute()
	return &m
}
