package hr

import (
	"errors"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/models"
)

// captionsView is the part of a clip's page about its captions.
type captionsView struct {
	Clip    models.Clip
	Texts   []captionView
	Waiting []waitingView
	Admin   bool
	Host    string // of the service that writes drafts, empty without one
	MayAsk  bool
	Spoken  string // name of the language that is spoken
	Offered []option
}

type captionView struct {
	models.Caption

	Label, URL string
}

type waitingView struct {
	models.Transcription

	Label string
}

// captionsOf is what stands about a clip's captions.
func (h *Handlers) captionsOf(c echo.Context, clip models.Clip) (captionsView, error) {
	names := display.Languages(i18n.Naming(h.Lang(c)))
	v := captionsView{
		Clip: clip, Admin: web.User(c).Is(models.RoleAdmin), Host: h.Transcribes, Spoken: names.Name(language.Make(clip.Language)),
		Offered: languages(h.Lang(c), clip.Language), MayAsk: h.Transcribes != "" && clip.Version > 0,
	}
	for _, t := range clip.Captions {
		v.Texts = append(v.Texts, captionView{t, names.Name(language.Make(t.Language)), web.CaptionPath(t)})
		if t.Language == clip.Language && (t.Approved() || t.Source != models.CaptionAuto) {
			v.MayAsk = false
		}
	}
	waiting, err := h.DB.Transcriptions(c.Request().Context(), clip.ID)
	for _, t := range waiting {
		v.Waiting = append(v.Waiting, waitingView{t, names.Name(language.Make(t.Language))})
		v.MayAsk = v.MayAsk && t.State != models.TranscriptionAsked
	}
	return v, err
}

// Transcribe asks the transcription service for a draft.
func (h *Handlers) Transcribe(c echo.Context) error {
	if h.Transcribes == "" {
		return models.ErrNotFound
	}
	return h.change(c, "captions.auto.asked", func(id uuid.UUID) error {
		return h.DB.AskTranscription(c.Request().Context(), *web.User(c), id)
	})
}

// editorView is the editor of captions in one language.
type editorView struct {
	Clip          models.Clip
	Lang, Label   string
	VTT, Base     string
	Approved      bool
	Auto          bool // a machine wrote it
	From          string
	Others        []captionView // to copy times and words from
	Video, Poster string
	Width, Height int
}

type editorInput struct {
	VTT     string `form:"vtt"`
	Base    string `form:"base"`
	Approve bool   `form:"approve"`
}

// EditCaptions shows the editor. Languages without captions begin empty, or with another language's times and words.
func (h *Handlers) EditCaptions(c echo.Context) error {
	v, err := h.editor(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/captions.html", h.Printer(c).T("captions.edit.title", "Language", v.Label), v)
}

func (h *Handlers) editor(c echo.Context) (editorView, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return editorView{}, err
	}
	tag, err := language.Parse(c.Param("lang"))
	if err != nil {
		return editorView{}, models.ErrNotFound
	}
	clip, err := h.DB.Clip(c.Request().Context(), id)
	if err != nil || clip.Status == models.ClipWithdrawn {
		return editorView{}, errors.Join(err, notThere(err))
	}
	names := display.Languages(i18n.Naming(h.Lang(c)))
	v := editorView{
		Clip: clip, Lang: tag.String(), Label: names.Name(tag), VTT: "WEBVTT\n", From: c.QueryParam("from"),
		Video: web.ClipMedia(clip, "video"), Poster: web.ClipMedia(clip, "poster"), Width: clip.Width, Height: clip.Height,
	}
	for _, t := range clip.Captions {
		switch t.Language {
		case v.Lang:
			v.VTT, v.Base, v.Approved, v.Auto = t.VTT, t.Base(), t.Approved(), t.Source == models.CaptionAuto
		default:
			v.Others = append(v.Others, captionView{t, names.Name(language.Make(t.Language)), web.CaptionPath(t)})
		}
		if t.Language == v.From && v.Base == "" {
			v.VTT = t.VTT
		}
	}
	return v, nil
}

// notThere is what a withdrawn clip's captions are.
func notThere(err error) error {
	if err == nil {
		return models.ErrNotFound
	}
	return nil
}

// SaveCaptions takes what was written: a form is led back to the editor, the editor's script is told what it goes on from.
func (h *Handlers) SaveCaptions(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var in editorInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	edit := models.CaptionEdit{VTT: in.VTT, Base: in.Base, Approve: in.Approve}
	saved, err := h.DB.EditCaption(c.Request().Context(), *web.User(c), id, c.Param("lang"), edit)
	if strings.Contains(c.Request().Header.Get(echo.HeaderAccept), echo.MIMEApplicationJSON) {
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]any{"base": saved.Base(), "approved": saved.Approved()})
	}
	var conflict *models.ConflictError
	bad, refused := web.Refused(err)
	if refused || errors.As(err, &conflict) {
		v, verr := h.editor(c)
		if verr != nil {
			return verr
		}
		v.VTT = in.VTT // every word stays
		page := h.Page(c, h.Printer(c).T("captions.edit.title", "Language", v.Label), v)
		page.Errors = bad
		if conflict != nil {
			page.Flash = append(page.Flash, web.Flash{Kind: "warning", Text: h.Printer(c).T(conflict.Key)})
			return h.RenderPage(c, http.StatusConflict, "hr/captions.html", page)
		}
		return h.RenderPage(c, http.StatusUnprocessableEntity, "hr/captions.html", page)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T("captions.saved"))
	return c.Redirect(http.StatusSeeOther, "/hr/clips/"+id.String()+"/captions/"+saved.Language+"/edit")
}

// NewCaptions leads to the editor in the language that was chosen.
func (h *Handlers) NewCaptions(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	tag, err := language.Parse(c.QueryParam("language"))
	if err != nil {
		return models.ErrNotFound
	}
	return c.Redirect(http.StatusSeeOther, "/hr/clips/"+id.String()+"/captions/"+tag.String()+"/edit")
}
