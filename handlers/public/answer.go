package public

import (
	"errors"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// answerBody is what somebody waits for, as the link in a mail opens it.
type answerBody struct {
	Card web.WaitingCard
	Open bool
	Done bool // answered by this link just now
}

// Answer asks whoever owes it for an answer to a colleague. Opening the link answers nothing: mail scanners open them. It shows what the
// colleague did, nothing of what came of it, and no text that anybody wrote.
func (h *Handlers) Answer(c echo.Context) error {
	private(c)
	w, u, err := h.DB.WaitingByToken(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return h.answerPage(c, http.StatusOK, w, u, web.FeedbackForm{}, nil)
}

// GiveAnswer takes the answer.
func (h *Handlers) GiveAnswer(c echo.Context) error {
	private(c)
	ctx, token := c.Request().Context(), c.Param("token")
	w, u, err := h.DB.WaitingByToken(ctx, token)
	if err != nil {
		return err
	}
	var in web.FeedbackForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	_, err = h.DB.GiveFeedback(ctx, u, w.UserID, []uuid.UUID{w.ID}, in.Input())
	bad, refused := web.Refused(err)
	switch {
	case refused:
		return h.answerPage(c, http.StatusUnprocessableEntity, w, u, in, bad)
	case errors.Is(err, models.ErrConflict): // the page says so
		w.Open = false
		return h.answerPage(c, http.StatusConflict, w, u, in, nil)
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/answer/"+token+web.Keep(c))
}

func (h *Handlers) answerPage(c echo.Context, code int, w models.Waiting, u models.User, in web.FeedbackForm, bad models.ValidationErrors) error {
	if u.Language != "" {
		web.Speak(c, u.Language)
	}
	w.Visitors, w.Proposal = nil, nil
	if w.Kind == models.OwedTurn {
		w.Stage = models.StageNew
	}
	card := web.CardOf(h.Printer(c), h.Now(), w.Person(), "/answer/"+c.Param("token")+web.Keep(c))
	if bad != nil {
		in.To, in.Owed = w.UserID.String(), []string{w.ID.String()}
		card = card.Again(in)
	}
	page := h.Page(c, h.Printer(c).T("waiting.one", "Name", w.Name), answerBody{Card: card, Open: w.Open, Done: w.FeedbackID != nil})
	page.Errors, page.NoIndex = bad, true
	return h.RenderPage(c, code, "public/answer.html", page)
}
