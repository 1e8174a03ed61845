package hr

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

type stageInput struct {
	From  string `form:"from"` // the stage that whoever moves it saw it in
	Stage string `form:"stage"`
	Note  string `form:"note"`
	Tell  bool   `form:"tell"`
	Words string `form:"words"`
	Back  string `form:"back"` // the board that is to be shown again
}

// movedAnswer is what a board's script is told: what to say, and the card as it is now.
type movedAnswer struct {
	Said   string         `json:"said"`
	ID     uuid.UUID      `json:"id"`
	Stage  string         `json:"stage"`
	Card   string         `json:"card"`             // as the board shows it
	Bar    string         `json:"bar"`              // what can be done about the move; empty where nothing can
	Counts map[string]int `json:"counts,omitempty"` // of the job's columns
}

// Move changes the stage of an application, or adds a note to it.
func (h *Handlers) Move(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var in stageInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	move := models.StageMove{From: in.From, To: in.Stage, Note: in.Note, Tell: in.Tell, Words: in.Words}
	app, err := h.DB.Move(c.Request().Context(), *web.User(c), id, move)
	if moved, ok := errors.AsType[*models.MovedError](err); ok {
		return h.movedFirst(c, in, moved)
	}
	if err != nil {
		if _, refused := web.Refused(err); !refused || asksJSON(c) {
			return err
		}
		return h.moveAgain(c, in, http.StatusUnprocessableEntity, err)
	}
	p := h.Printer(c)
	if in.Back == "" && !asksJSON(c) {
		return h.backTo(c, id, p.T("application.moved", "Stage", p.T("stage."+app.Stage)))
	}
	return h.onBoard(c, in.Back, id, "board.moved")
}

// moveAgain shows the application with what was written, and says why it was not done.
func (h *Handlers) moveAgain(c echo.Context, in stageInput, code int, err error) error {
	body, shown := h.application(c)
	if shown != nil {
		return shown
	}
	in.From, body.Input = body.Stage, in
	page := h.Page(c, body.Candidate.Name, body)
	page.Errors, _ = web.Refused(err)
	if moved, ok := errors.AsType[*models.MovedError](err); ok {
		page.Flash = append(page.Flash, web.Flash{Kind: "error", Text: h.movedSentence(c, moved) + " " + h.Printer(c).T("board.kept")})
	}
	return h.RenderPage(c, code, "hr/application.html", page)
}

// movedFirst tells whoever came second where the application is, and who moved it there.
func (h *Handlers) movedFirst(c echo.Context, in stageInput, moved *models.MovedError) error {
	if asksJSON(c) {
		answer, err := h.movedAnswer(c, in.Back, moved.Application.ID, h.movedSentence(c, moved))
		if err != nil {
			return err
		}
		return c.JSON(http.StatusConflict, answer)
	}
	if in.Back == "" {
		return h.moveAgain(c, in, http.StatusConflict, moved)
	}
	h.Flash(c, "error", h.movedSentence(c, moved))
	return c.Redirect(http.StatusSeeOther, h.boardAfter(c, in.Back, moved.Application, false))
}

// movedSentence says who moved an application meanwhile, where it is now, and when that was.
func (h *Handlers) movedSentence(c echo.Context, m *models.MovedError) string {
	p := h.Printer(c)
	args := []any{"Name", m.Application.Candidate.Name, "Stage", p.T("stage." + m.Application.Stage), "When", p.DateTime(m.Change.At.Local())}
	switch {
	case m.Change.User != nil:
		return p.T("board.moved_first", append(args, "By", m.Change.User.Name)...)
	case m.Change.ByCandidate:
		return p.T("board.moved_first.candidate", args...)
	}
	return p.T("board.moved_first.nobody", args...)
}

// onBoard answers a move from a board: with the board, or for its script with the card.
func (h *Handlers) onBoard(c echo.Context, back string, id uuid.UUID, key string) error {
	app, err := h.DB.Application(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	p := h.Printer(c)
	said := p.T(key, "Name", app.Candidate.Name, "Stage", p.T("stage."+app.Stage))
	if asksJSON(c) {
		answer, err := h.movedAnswer(c, back, id, said)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, answer)
	}
	h.Flash(c, "ok", said)
	return c.Redirect(http.StatusSeeOther, h.boardAfter(c, back, app, true))
}

// boardAfter is the board or list that a form came from, with what can be done about the move where it was one.
func (h *Handlers) boardAfter(c echo.Context, back string, app models.Application, moved bool) string {
	to, err := url.Parse(back)
	at := boardAddress(c, app.JobID)
	if err != nil || to.Host != "" || to.Path != at && to.Path != listAddress(base(c)) && !strings.HasPrefix(to.Path, at+"/") {
		to = &url.URL{Path: at}
	}
	query := to.Query()
	query.Del("moved")
	if moved {
		query.Set("moved", app.ID.String())
	}
	return address(to.Path, query)
}

func (h *Handlers) movedAnswer(c echo.Context, back string, id uuid.UUID, said string) (movedAnswer, error) {
	ctx, by := c.Request().Context(), *web.User(c)
	a := movedAnswer{Said: said, ID: id, Counts: map[string]int{}}
	card, err := h.DB.BoardCard(ctx, by, id)
	if err != nil {
		return a, err
	}
	a.Stage, back = card.Stage, h.boardAfter(c, back, card.Application, false)
	if a.Card, err = h.part(c, "hr/board.html", "boardcard", h.card(c, card, back)); err != nil {
		return a, err
	}
	moved, err := h.movedNow(c, id.String())
	if err != nil {
		return a, err
	}
	if moved != nil {
		if a.Bar, err = h.part(c, "hr/board.html", "boardundo", undoBody{moved, back}); err != nil {
			return a, err
		}
	}
	filter, err := narrowedTo(back)
	if err != nil {
		return a, err
	}
	filter.JobID = &card.JobID
	columns, err := h.DB.BoardCounts(ctx, by, filter)
	for _, column := range columns {
		a.Counts[column.Stage] = column.Count
	}
	return a, err
}

// narrowedTo is the filter in a board's address.
func narrowedTo(board string) (models.ApplicationFilter, error) {
	at, err := url.Parse(board)
	if err != nil {
		return models.ApplicationFilter{}, models.ErrNotFound
	}
	q := at.Query()
	return applicationsInput{User: q.Get("user"), From: q.Get("from"), To: q.Get("to")}.filter()
}

// undoBody is a move that can be taken back, and where its form comes back to.
type undoBody struct {
	Moved *movedView
	Back  string
}

// part is a block of a page's template as text.
func (h *Handlers) part(c echo.Context, name, block string, data any) (string, error) {
	var out bytes.Buffer
	err := h.Views.Fragment(&out, h.Lang(c), name, block, data)
	return out.String(), err
}

// fragment answers a block of a page's template alone.
func (h *Handlers) fragment(c echo.Context, name, block string, data any) error {
	html, err := h.part(c, name, block, data)
	if err != nil {
		return err
	}
	return c.HTML(http.StatusOK, html)
}

// asksJSON tells a script of ours.
func asksJSON(c echo.Context) bool {
	return c.Request().Header.Get(echo.HeaderAccept) == echo.MIMEApplicationJSON
}

// UndoMove takes back the change that the same person just made.
func (h *Handlers) UndoMove(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	app, err := h.DB.UndoStage(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	if back := c.FormValue("back"); back != "" || asksJSON(c) {
		return h.onBoard(c, back, id, "board.undone")
	}
	p := h.Printer(c)
	return h.backTo(c, id, p.T("application.undone", "Stage", p.T("stage."+app.Stage)))
}

type tellBody struct {
	models.Application
	At, Back string
	Words    string
	MaxWords int
	Preview  letterView
	Told     bool
}

// TellForm shows the letter that would tell a candidate what stage they are in, before it is sent.
func (h *Handlers) TellForm(c echo.Context) error {
	b, err := h.tellBody(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/tell.html", h.Printer(c).T("tell.title", "Name", b.Candidate.Name), b)
}

func (h *Handlers) tellBody(c echo.Context) (tellBody, error) {
	b := tellBody{MaxWords: models.MaxWords, Words: c.FormValue("words"), Back: c.FormValue("back")}
	id, err := web.ID(c, "id")
	if err != nil {
		return b, err
	}
	ctx := c.Request().Context()
	if b.Application, err = h.DB.Application(ctx, *web.User(c), id); err != nil {
		return b, err
	}
	if err := h.Saw(c, models.OfLetter, id); err != nil {
		return b, err
	}
	if b.Told, err = h.DB.Told(ctx, b.Application); err != nil {
		return b, err
	}
	b.At = base(c) + "/" + id.String()
	if b.Back != "" {
		b.Back = h.boardAfter(c, b.Back, b.Application, false)
	}
	now := b.Application
	now.Stage = "" // so that the letter is about the stage it is in
	b.Preview, err = h.letterOf(c, now, b.Stage, b.Words)
	return b, err
}

// Tell sends that letter.
func (h *Handlers) Tell(c echo.Context) error {
	b, err := h.tellBody(c)
	if err != nil {
		return err
	}
	if _, err := h.DB.TellStage(c.Request().Context(), *web.User(c), b.ID, b.Words); err != nil {
		if !errors.Is(err, models.ErrConflict) {
			return h.RenderInvalid(c, err, "hr/tell.html", h.Printer(c).T("tell.title", "Name", b.Candidate.Name), b)
		}
		h.Flash(c, "info", h.Sentence(c, err))
	} else {
		h.Flash(c, "ok", h.Printer(c).T("tell.done", "Name", b.Candidate.Name))
	}
	to := b.At
	if b.Back != "" {
		to = b.Back
	}
	return c.Redirect(http.StatusSeeOther, to)
}
