package hr

import (
	"cmp"
	"math"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/upload"
	"kollega/handlers/web"
	"kollega/models"
)

// makingView is what is made of a clip besides: its picture, share cuts, a newer version.
type makingView struct {
	At           string // the clip's page
	Stills       []stillView
	Moment       string // that is chosen outside the stills, in seconds; empty for none
	Social       string
	Strip, Index string
	Duration     string // seconds
	Look         *models.Making
	Again        *cutView
	Cuts         []cutView
	CanRemake    bool // the file that was sent is still there
	Made         bool
}

// stillView is a picture that can be chosen.
type stillView struct {
	URL, At, Label string
	Chosen         bool
}

// cutView is how far a share cut, or a newer version, has come.
type cutView struct {
	models.Making
	Percent string
	Error   string // translation key
	Detail  string // for administrators
}

// Pending tells whether the picture is being made.
func (v makingView) Pending() bool { return v.Look != nil && open(v.Look.Status) }

// Busy tells whether any cut, or the clip itself, is being made.
func (v makingView) Busy() bool {
	if v.Again != nil && open(v.Again.Status) {
		return true
	}
	for _, c := range v.Cuts {
		if open(c.Status) {
			return true
		}
	}
	return false
}

func open(status string) bool {
	return status == models.MakingWaiting || status == models.MakingWorking
}

func seconds(at float64) string { return strconv.FormatFloat(at, 'f', -1, 64) }

func (h *Handlers) making(c echo.Context, clip models.Clip) (makingView, error) {
	v := makingView{
		At: "/hr/clips/" + clip.ID.String(), Social: web.ClipMedia(clip, "social"), Strip: web.ClipMedia(clip, "strip"), Index: web.ClipMedia(clip, "strip.vtt"),
		Duration: seconds(math.Floor(clip.Duration*10) / 10), Made: clip.Status == models.ClipReady || clip.Status == models.ClipPublished,
	}
	v.CanRemake = v.Made && clip.OriginalGoneAt == nil
	chosen := clip.PosterAt
	if poster, ok := clip.File("poster"); ok && chosen == nil {
		chosen = poster.At
	}
	for _, f := range clip.Stills() {
		s := stillView{URL: web.FileMedia(f), At: seconds(*f.At), Label: web.Length(*f.At), Chosen: chosen != nil && *chosen == *f.At}
		if s.Chosen {
			chosen = nil
		}
		v.Stills = append(v.Stills, s)
	}
	if chosen != nil {
		v.Moment = seconds(*chosen)
	}
	ms, err := h.DB.ClipMakings(c.Request().Context(), clip)
	for _, m := range ms {
		cut := cutView{Making: m, Percent: h.Printer(c).T("credit.percent", "Share", int(100*m.Progress))}
		if m.ErrorCode != "" {
			cut.Error = upload.ErrorKey(h.Printer(c), m.ErrorCode)
			if web.User(c).Is(models.RoleAdmin) {
				cut.Detail = m.ErrorDetail
			}
		}
		switch m.Kind {
		case models.MakeLook:
			v.Look = &m
		case models.MakeVersion:
			v.Again = &cut
		case models.MakeBody:
			v.Cuts = append(v.Cuts, cut)
		}
	}
	return v, err
}

// ChoosePoster shows the clip by another picture.
func (h *Handlers) ChoosePoster(c echo.Context) error {
	raw := c.FormValue("at")
	if raw == "moment" {
		raw = c.FormValue("moment")
	}
	at, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		at = math.NaN() // refused as any moment outside the clip is
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	err = h.DB.ChoosePoster(c.Request().Context(), id, at)
	if _, refused := web.Refused(err); refused {
		v, verr := h.clipView(c)
		return cmp.Or(verr, h.RenderInvalid(c, err, "hr/clip.html", v.Clip.Title, v))
	}
	return h.done(c, id, err, "poster.saved")
}

// RemakeClip has a clip made again by today's settings.
func (h *Handlers) RemakeClip(c echo.Context) error {
	return h.change(c, "making.again.started", func(id uuid.UUID) error { return h.DB.RemakeClip(c.Request().Context(), id) })
}

// RetryMaking has what failed tried again.
func (h *Handlers) RetryMaking(c echo.Context) error {
	making, err := web.ID(c, "making")
	if err != nil {
		return err
	}
	return h.change(c, "making.retrying", func(id uuid.UUID) error { return h.DB.RetryMaking(c.Request().Context(), id, making) })
}
