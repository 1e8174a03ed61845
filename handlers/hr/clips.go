package hr

import (
	"errors"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"kollega/handlers/upload"
	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/models"
)

type clipCard struct {
	models.Clip
	Poster, Length string
	First, Last    bool
	Main           bool // what visitors see first
}

type clipView struct {
	Job       models.Job
	Clip      models.Clip
	In        clipInput
	Video     string
	Poster    string
	Length    string
	Captions  captionsView
	Languages []option
	Missing   []string // keys of what stands between the clip and candidates
	Error     string   // key of what went wrong
	Detail    string   // for administrators
	Trying    bool     // it went wrong, and is tried again by itself
	People    clipPeopleView
	Making    makingView
	Watching  *watchingView
}

type clipInput struct {
	Title              string `form:"title"`
	Language           string `form:"language"`
	NoSpeech           bool   `form:"no_speech"`
	NobodyRecognisable bool   `form:"nobody_recognisable"`
}

// Clip shows one clip: the player, what is said about it, and what it still needs.
func (h *Handlers) Clip(c echo.Context) error {
	v, err := h.clipView(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/clip.html", v.Clip.Title, v)
}

func (h *Handlers) clipView(c echo.Context) (clipView, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return clipView{}, err
	}
	clip, err := h.DB.Clip(c.Request().Context(), id)
	if err != nil {
		return clipView{}, err
	}
	job, err := h.DB.Job(c.Request().Context(), clip.JobID)
	if err != nil {
		return clipView{}, err
	}
	v := clipView{
		Job: job, Clip: clip, Video: web.ClipMedia(clip, "video"), Poster: web.ClipMedia(clip, "poster"), Length: length(clip), Missing: clip.Missing(),
		In:     clipInput{Title: clip.Title, Language: clip.Language, NoSpeech: clip.NoSpeech, NobodyRecognisable: clip.NobodyRecognisable},
		Trying: clip.Status == models.ClipProcessing && clip.ErrorCode != "",
	}
	v.Languages = languages(h.Lang(c), clip.Language)
	if v.Captions, err = h.captionsOf(c, clip); err != nil {
		return clipView{}, err
	}
	if v.People, err = h.peopleIn(c, clip); err != nil {
		return clipView{}, err
	}
	if v.Watching, err = h.watching(c, clip); err != nil {
		return clipView{}, err
	}
	if clip.ErrorCode != "" {
		v.Error = upload.ErrorKey(h.Printer(c), clip.ErrorCode)
		if web.User(c).Is(models.RoleAdmin) {
			v.Detail = clip.ErrorDetail
		}
	}
	v.Making, err = h.making(c, clip)
	return v, err
}

func length(c models.Clip) string {
	if c.Version == 0 {
		return ""
	}
	return web.Length(c.Duration)
}

// languages are the names of what is offered, with the one that is chosen.
func languages(lang, chosen string) []option {
	var offered []option
	there := false
	for _, l := range i18n.Spoken(lang) {
		offered = append(offered, option{l.Code, l.Name})
		there = there || l.Code == chosen
	}
	if there {
		return offered
	}
	label := chosen
	if tag, err := language.Parse(chosen); err == nil {
		label = display.Languages(i18n.Naming(lang)).Name(tag)
	}
	return append(offered, option{chosen, label})
}

// UpdateClip saves what is said about a clip.
func (h *Handlers) UpdateClip(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var in clipInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	err = h.DB.UpdateClip(c.Request().Context(), id, models.ClipChange{
		Title: &in.Title, Language: &in.Language, NoSpeech: &in.NoSpeech, NobodyRecognisable: &in.NobodyRecognisable,
	})
	_, refused := web.Refused(err)
	var conflict *models.ConflictError
	if !refused && !errors.As(err, &conflict) {
		return h.done(c, id, err, "clip.saved")
	}
	v, verr := h.clipView(c)
	if verr != nil {
		return verr
	}
	v.In, v.Languages = in, languages(h.Lang(c), in.Language) // every word stays
	if refused {
		return h.RenderInvalid(c, err, "hr/clip.html", v.Clip.Title, v)
	}
	page := h.Page(c, v.Clip.Title, v)
	page.Flash = append(page.Flash, web.Flash{Kind: "warning", Text: h.Printer(c).T(conflict.Key)})
	return h.RenderPage(c, http.StatusConflict, "hr/clip.html", page)
}

// PublishClip shows a clip to candidates.
func (h *Handlers) PublishClip(c echo.Context) error {
	return h.change(c, "clip.now.published", func(id uuid.UUID) error { return h.DB.PublishClip(c.Request().Context(), id) })
}

// UnpublishClip hides a clip from candidates.
func (h *Handlers) UnpublishClip(c echo.Context) error {
	return h.change(c, "clip.now.unpublished", func(id uuid.UUID) error { return h.DB.UnpublishClip(c.Request().Context(), id) })
}

// RetryClip has a failed clip processed again.
func (h *Handlers) RetryClip(c echo.Context) error {
	return h.change(c, "clip.now.processing", func(id uuid.UUID) error { return h.DB.RetryClip(c.Request().Context(), id) })
}

// DeleteCaption forgets the captions in one language.
func (h *Handlers) DeleteCaption(c echo.Context) error {
	return h.change(c, "captions.deleted", func(id uuid.UUID) error {
		return h.DB.DeleteCaption(c.Request().Context(), id, c.Param("lang"))
	})
}

// change does one thing to a clip and shows its page again.
func (h *Handlers) change(c echo.Context, said string, do func(uuid.UUID) error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return h.done(c, id, do(id), said)
}

// done shows the clip's page with a sentence about what became of a change.
func (h *Handlers) done(c echo.Context, id uuid.UUID, err error, said string) error {
	var conflict *models.ConflictError
	switch {
	case errors.As(err, &conflict):
		h.Flash(c, "warning", h.Printer(c).T(conflict.Key))
	case err != nil:
		return err
	default:
		h.Flash(c, "success", h.Printer(c).T(said))
	}
	return c.Redirect(http.StatusSeeOther, "/hr/clips/"+id.String())
}

// MoveClip moves a clip up or down among its job's, or before all others.
func (h *Handlers) MoveClip(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	move := func(id uuid.UUID) error { return h.DB.MoveClip(c.Request().Context(), id, 1) }
	switch c.FormValue("to") {
	case "up":
		move = func(id uuid.UUID) error { return h.DB.MoveClip(c.Request().Context(), id, -1) }
	case "main":
		move = func(id uuid.UUID) error { return h.DB.ChooseMain(c.Request().Context(), id) }
	}
	clip, err := h.DB.Clip(c.Request().Context(), id)
	if err == nil {
		err = move(id)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/hr/jobs/"+clip.JobID.String()+"#clip-"+id.String()) // where the reader was
}

// DeleteClip forgets a clip with its files.
func (h *Handlers) DeleteClip(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	clip, err := h.DB.Clip(c.Request().Context(), id)
	if err == nil {
		err = h.DB.DeleteClip(c.Request().Context(), id)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T("clip.deleted"))
	return c.Redirect(http.StatusSeeOther, "/hr/jobs/"+clip.JobID.String())
}

// AddCaption takes a file of captions, WebVTT or SRT.
func (h *Handlers) AddCaption(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	text, err := web.File(c, "captions", "captions.error.choose", models.MaxCaptionBytes)
	if err == nil {
		err = h.DB.SetCaption(c.Request().Context(), id, c.FormValue("caption_language"), text, &web.User(c).ID)
	}
	if bad, refused := web.Refused(err); refused {
		for _, e := range bad {
			if e.Field == "language" { // the form calls it differently: the clip's own language is on the same page
				e.Field = "caption_language"
			}
		}
		v, verr := h.clipView(c)
		if verr != nil {
			return verr
		}
		return h.RenderInvalid(c, bad, "hr/clip.html", v.Clip.Title, v)
	}
	return h.done(c, id, err, "captions.saved")
}

// Caption lets HR download captions.
func (h *Handlers) Caption(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	caption, _, err := h.DB.Caption(c.Request().Context(), id, c.Param("lang"))
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="captions-`+caption.Language+`.vtt"`)
	return c.Blob(http.StatusOK, "text/vtt; charset=utf-8", []byte(caption.VTT))
}
