package public

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// stayBody is the question whether a colleague is still there, as the link in a mail opens it.
type stayBody struct {
	models.StayQuestion

	Token string
	Open  bool // it can be answered, or answered otherwise
}

// Stay asks whoever leads a job whether the colleague is still there. Opening the link answers nothing: mail scanners open them. The link
// does not name the colleague, only the page of somebody who is signed in does.
func (h *Handlers) Stay(c echo.Context) error {
	private(c)
	q, u, err := h.DB.StayByToken(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return h.stayPage(c, http.StatusOK, q, u, nil)
}

// AnswerStay takes the answer.
func (h *Handlers) AnswerStay(c echo.Context) error {
	private(c)
	ctx, token := c.Request().Context(), c.Param("token")
	q, u, err := h.DB.StayByToken(ctx, token)
	if err != nil {
		return err
	}
	var bad models.ValidationErrors
	answer := c.FormValue("answer")
	if models.StayAnswers.Has(answer) {
		err = h.DB.AnswerStay(ctx, u, q.ID, answer)
	} else {
		bad.Add("answer", "error.choose")
	}
	switch {
	case bad != nil:
		return h.stayPage(c, http.StatusUnprocessableEntity, q, u, bad)
	case errors.Is(err, models.ErrConflict): // the page says so
		return h.stayPage(c, http.StatusConflict, q, u, nil)
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/stays/"+token+web.Keep(c))
}

func (h *Handlers) stayPage(c echo.Context, code int, q models.StayQuestion, u models.User, bad models.ValidationErrors) error {
	if u.Language != "" {
		web.Speak(c, u.Language)
	}
	if h.asker(c) != u.ID {
		q.Candidate = ""
	} else if q.Candidate != "" {
		if err := h.DB.Audit(models.As(c.Request().Context(), u), models.Deed{Verb: models.DidSee, Kind: models.OfApplication, ID: q.ApplicationID}); err != nil {
			return err
		}
	}
	page := h.Page(c, h.Printer(c).T("stay.title_one"), stayBody{q, c.Param("token"), q.Changeable(h.Now())})
	page.Errors, page.NoIndex = bad, true
	return h.RenderPage(c, code, "public/stay.html", page)
}
