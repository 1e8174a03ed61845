package staff

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/models"
)

type shareBody struct {
	Job      models.Job
	Clip     *clipView
	Channels []string
	Link     *sharedLink // nil until a channel is chosen
	Cut      *cutBody    // the clip to download, with a link; nil without one
	ShowName bool
	Reward   *promise         // nil where nothing is promised
	Shares   int              // links that colleagues have made
	Remarks  *web.RemarksView // about the clip; nil without one
}

// clipView is a clip as the partial "clip" wants it.
type clipView struct {
	Video, Poster, Title string
	Width, Height        int
	Captions             []track
	By                   string // the colleague who made it, if they want to be named
	Small                string // the browser's to choose by its connection
}

type track struct {
	Lang, Label, URL string
	Default          bool // shown without being asked for
}

// sharedLink is a personal link, ready to be passed on.
type sharedLink struct {
	ID       uuid.UUID
	Channel  string
	URL      string
	Text     string // suggested words
	Address  template.URL
	Template string // of Address, for the words as they are typed
	TakesOwn bool
}

// Share is the page where a channel is chosen; with ?link= it is the link that was made.
func (h *Handlers) Share(c echo.Context) error {
	id, err := web.ID(c, "job")
	if err != nil {
		return err
	}
	ctx, user := c.Request().Context(), web.User(c)
	landing, err := h.DB.LandingByJob(ctx, id)
	if err != nil {
		return err
	}
	body := shareBody{Job: landing.Job, Channels: models.Channels, ShowName: user.ShowName}
	if clip, ok := landing.Clip(); ok {
		body.Clip = h.clip(c, clip)
	}
	if body.Reward, err = h.promised(c, landing.Job.ID); err != nil {
		return err
	}
	if err := h.talk(c, landing, &body); err != nil {
		return err
	}
	if chosen := c.QueryParam("link"); chosen != "" {
		link, err := h.ownLink(c, chosen)
		if err != nil {
			return err
		}
		if link.JobID != landing.Job.ID {
			return models.ErrNotFound
		}
		body.Link = h.shared(c, link, landing.Job)
		if body.Cut, err = h.cut(c, link, landing); err != nil {
			return err
		}
	}
	return h.Render(c, "staff/share.html", landing.Job.Title, body)
}

// MakeLink makes the personal link for a channel and shows it.
func (h *Handlers) MakeLink(c echo.Context) error {
	id, err := web.ID(c, "job")
	if err != nil {
		return err
	}
	user := web.User(c)
	link, _, err := h.DB.MakeLink(c.Request().Context(), *user, user.ID, id, c.Param("channel"))
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, fmt.Sprintf("/share/%s?link=%s#link", id, link.ID))
}

// ownLink is a link of the person who asks; others' are not found.
func (h *Handlers) ownLink(c echo.Context, raw string) (models.Link, error) {
	id, err := uuid.Parse(raw)
	if err != nil {
		return models.Link{}, models.ErrNotFound
	}
	return h.DB.OwnLink(c.Request().Context(), web.User(c).ID, id)
}

func (h *Handlers) shared(c echo.Context, link models.Link, job models.Job) *sharedLink {
	p := h.Printer(c)
	s := &sharedLink{ID: link.ID, Channel: link.Channel, URL: h.URL(link.Path()), Text: suggestion(p, job)}
	if w, ok := ways[link.Channel]; ok {
		subject := p.T("share.subject", "Title", job.Title)
		s.Address, s.Template, s.TakesOwn = w.fill(s.Text, s.URL, subject), w.template(subject), w.takesOwn
	}
	return s
}

// suggestion is a beginning for the colleague's own words.
func suggestion(p *i18n.Printer, job models.Job) string {
	if job.Location == "" {
		return p.T("share.text", "Title", job.Title)
	}
	return p.T("share.text_place", "Title", job.Title, "Place", job.Location)
}

func (h *Handlers) clip(c echo.Context, clip models.Clip) *clipView {
	v := &clipView{Video: web.ClipMedia(clip, "video"), Poster: web.ClipMedia(clip, "poster"), Title: clip.Title, Width: clip.Width, Height: clip.Height, Small: web.ClipMedia(clip, "small"), By: clip.By()}
	for i, t := range clip.Captions {
		v.Captions = append(v.Captions, track{Default: i == 0, Lang: t.Language, Label: h.Printer(c).T("language." + t.Language), URL: fmt.Sprintf("/media/%s/captions/%s.vtt", clip.ID, t.Language)})
	}
	return v
}

// length is a duration as players show it.
func length(seconds float64) string {
	s := int(seconds + 0.5)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

func firstName(name string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return first
}
