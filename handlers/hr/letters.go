package hr

import (
	"bytes"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/models"
)

// letterRow is one kind of letter with its text in each language.
type letterRow struct {
	Kind  string
	Texts []models.LetterText
}

// Letters lists what candidates are written, and whose words that is.
func (h *Handlers) Letters(c echo.Context) error {
	own, err := h.DB.OwnLetterTexts(c.Request().Context())
	if err != nil {
		return err
	}
	var rows []letterRow
	for _, kind := range models.LetterKinds {
		row := letterRow{Kind: kind}
		for _, lang := range models.Languages {
			text := models.StandardLetter(h.Texts.For(lang), kind)
			for _, t := range own {
				if t.Kind == kind && t.Language == lang {
					text = t
				}
			}
			row.Texts = append(row.Texts, text)
		}
		rows = append(rows, row)
	}
	return h.Render(c, "hr/letters.html", h.Printer(c).T("letters.title"), rows)
}

// letterBody is the text of one kind of letter in one language, to be changed.
type letterBody struct {
	models.LetterText
	At      string
	Places  []string
	Preview letterView
	Max     map[string]int
}

// letterView is a letter as it will be read.
type letterView struct {
	mail.Letter
	To      string // empty where it is a sample
	Nothing bool   // no letter is written about this
}

// letterKind finds the kind and the language that the address names.
func letterKind(c echo.Context) (kind, lang string, err error) {
	kind, lang = c.Param("kind"), c.Param("lang")
	if !models.LetterKinds.Has(kind) || !models.Languages.Has(lang) {
		return "", "", models.ErrNotFound
	}
	return kind, lang, nil
}

// Letter shows the text of one kind of letter in one language.
func (h *Handlers) Letter(c echo.Context) error {
	kind, lang, err := letterKind(c)
	if err != nil {
		return err
	}
	text, err := h.DB.LetterText(c.Request().Context(), h.Texts.For(lang), kind)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/letter.html", h.Printer(c).T("letter.kind."+kind), h.letterBody(text))
}

func (h *Handlers) letterBody(t models.LetterText) letterBody {
	return letterBody{
		LetterText: t, At: "/hr/letters/" + t.Kind + "/" + t.Language, Places: models.LetterPlaces(t.Kind), Preview: h.sample(t),
		Max: map[string]int{"Subject": models.MaxSubject, "Body": models.MaxBody},
	}
}

// sample is a text as an invented candidate would read it.
func (h *Handlers) sample(t models.LetterText) letterView {
	p, now := h.Texts.For(t.Language), h.Now()
	until := now.Add(models.RenewBefore)
	stage := t.Kind
	if !models.Stages.Has(stage) {
		stage = models.StageNew
	}
	app := &models.Application{Stage: stage, StageSince: now, Job: &models.Job{Title: p.T("letters.sample.job")}}
	if t.Kind == models.LetterRenewal || t.Kind == models.LetterLink {
		app = nil
	}
	who := &models.Candidate{Name: p.T("letters.sample.name"), PoolUntil: &until}
	return letterView{Letter: models.WriteLetter(p, h.Organisation(), t, models.Letter{Kind: t.Kind, Candidate: who, Application: app})}
}

func letterInput(c echo.Context) (models.LetterText, error) {
	kind, lang, err := letterKind(c)
	return models.LetterText{Kind: kind, Language: lang, Subject: c.FormValue("subject"), Body: c.FormValue("body")}, err
}

// PreviewLetter answers the part of the page that shows a text as it will be read, while it is written.
func (h *Handlers) PreviewLetter(c echo.Context) error {
	t, err := letterInput(c)
	if err != nil {
		return err
	}
	_ = t.Check() // tidies; what is wrong with it is said when it is saved
	return h.letterPart(c, h.sample(t))
}

func (h *Handlers) letterPart(c echo.Context, v letterView) error {
	var out bytes.Buffer
	if err := h.Views.Fragment(&out, h.Lang(c), "hr/letter.html", "letterview", v); err != nil {
		return err
	}
	return c.HTMLBlob(http.StatusOK, out.Bytes())
}

// SaveLetter makes it what the house's letters say.
func (h *Handlers) SaveLetter(c echo.Context) error {
	t, err := letterInput(c)
	if err != nil {
		return err
	}
	if err := h.DB.SaveLetterText(c.Request().Context(), *web.User(c), t); err != nil {
		_ = t.Check()
		return h.RenderInvalid(c, err, "hr/letter.html", h.Printer(c).T("letter.kind."+t.Kind), h.letterBody(t))
	}
	return h.Done(c, nil, "letters.saved", "/hr/letters")
}

// ResetLetter goes back to Kollega's own words.
func (h *Handlers) ResetLetter(c echo.Context) error {
	kind, lang, err := letterKind(c)
	if err == nil {
		err = h.DB.ResetLetterText(c.Request().Context(), kind, lang)
	}
	return h.Done(c, err, "letters.reset.done", "/hr/letters/"+kind+"/"+lang)
}

// ApplicationLetter shows the letter that a step would bring the candidate, as they would read it.
func (h *Handlers) ApplicationLetter(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	app, err := h.DB.Application(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	view, err := h.letterOf(c, app, c.QueryParam("stage"), c.QueryParam("words"))
	if err != nil {
		return err
	}
	if err := h.Saw(c, models.OfLetter, id); err != nil {
		return err
	}
	if c.Request().Header.Get("HX-Request") != "" {
		return h.letterPart(c, view)
	}
	return h.Render(c, "hr/letter_preview.html", h.Printer(c).T("letters.preview"), previewBody{view, base(c) + "/" + id.String()})
}

type previewBody struct {
	letterView
	Back string
}

// letterOf is the letter about an application's step to a stage.
func (h *Handlers) letterOf(c echo.Context, app models.Application, stage, words string) (letterView, error) {
	kind := ""
	if models.Stages.Has(stage) && stage != app.Stage {
		kind = models.LetterFor(stage, *app.Job)
	}
	if kind == "" {
		return letterView{Nothing: true}, nil
	}
	p := h.spoken(app)
	text, err := h.DB.LetterText(c.Request().Context(), p, kind)
	app.Stage, app.StageSince = stage, time.Now()
	l := models.Letter{Kind: kind, Words: words, Candidate: app.Candidate, Application: &app}
	return letterView{Letter: models.WriteLetter(p, h.Organisation(), text, l), To: app.Candidate.Email}, err
}

// spoken is the language of an application's candidate.
func (h *Handlers) spoken(app models.Application) *i18n.Printer {
	lang := app.Candidate.Language
	if lang == "" {
		lang = h.Organisation().Language
	}
	return h.Texts.For(lang)
}
