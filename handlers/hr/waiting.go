package hr

import (
	"errors"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

const waitingAt = "/leader/feedback"

// waitingBody is the people who wait for an answer of whoever looks.
type waitingBody struct {
	Cards   []web.WaitingCard
	Never   int               // of them those who have never had any
	Others  []web.WaitingCard // who wait for leaders, for HR to see
	Climbed int               // things that no leader answered in time, among all
	HR      bool
	Leads   bool             // may see how everybody is answered
	Given   *models.Feedback // what was given just now, and can still be taken back
}

// Version tells one list from another: it changes when somebody comes or goes.
func (b waitingBody) Version() string {
	v := ""
	for _, c := range b.Cards {
		v += c.Key()[:8] + "-"
	}
	return v
}

// Waiting is a leader's first screen: the people who wait for an answer, those who have never had any at the top. A colleague sees those
// who wait for them, as whoever chose them to read what they are interested in.
func (h *Handlers) Waiting(c echo.Context) error {
	body, err := h.waiting(c)
	if err != nil {
		return err
	}
	return h.Render(c, "leader/waiting.html", h.Printer(c).T("waiting.title"), body)
}

func (h *Handlers) waiting(c echo.Context) (waitingBody, error) {
	ctx, user := c.Request().Context(), *web.User(c)
	b := waitingBody{HR: user.Is(models.RoleHR), Leads: user.Is(models.RoleLeader)}
	mine, others, err := h.DB.WaitingFor(ctx, user)
	if err != nil {
		return b, err
	}
	b.Cards, b.Others = h.waitingCards(c, mine), h.waitingCards(c, others)
	for _, card := range b.Cards {
		if card.Never {
			b.Never++
		}
	}
	for _, card := range append(b.Cards, b.Others...) {
		for _, t := range card.Things {
			if t.ClimbedAt != nil {
				b.Climbed++
			}
		}
	}
	if id, err := uuid.Parse(c.QueryParam("given")); err == nil {
		f, err := h.DB.OwnFeedback(ctx, user, id)
		if err == nil && f.Undoable(user, h.Now()) {
			b.Given = &f
		} else if err != nil && !errors.Is(err, models.ErrNotFound) {
			return b, err
		}
	}
	return b, nil
}

func (h *Handlers) waitingCards(c echo.Context, people []models.WaitingPerson) []web.WaitingCard {
	cards := make([]web.WaitingCard, len(people))
	for i, p := range people {
		cards[i] = web.CardOf(h.Printer(c), h.Now(), p, waitingAt)
	}
	return cards
}

// waitingOneBody is one thing, with who waits; Answerer is who answered it, where somebody has.
type waitingOneBody struct {
	Card     web.WaitingCard
	Open     bool
	Answered web.WaitingThing
}

// WaitingOne is one thing that somebody waits for an answer about: notices, shares and clips lead here.
func (h *Handlers) WaitingOne(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	w, err := h.DB.WaitingThing(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	if err := h.DB.ReadNotices(c.Request().Context(), web.User(c).ID, []string{models.NoticeOwed, models.NoticeOwedClimbed}, id); err != nil {
		return err
	}
	return h.Render(c, "leader/answer.html", h.Printer(c).T("waiting.one", "Name", w.Name), h.waitingOne(c, w))
}

func (h *Handlers) waitingOne(c echo.Context, w models.Waiting) waitingOneBody {
	card := web.CardOf(h.Printer(c), h.Now(), w.Person(), waitingAt)
	return waitingOneBody{Card: card, Open: w.Open, Answered: card.Things[0]}
}

// givenAnswer is what the list's script is told: what to say, and where to take it back.
type givenAnswer struct {
	Said string `json:"said"`
	At   string `json:"at"` // the list, with the way to take it back
	Back string `json:"back"`
}

// GiveFeedback gives the answer.
func (h *Handlers) GiveFeedback(c echo.Context) error {
	var in web.FeedbackForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	if len(in.OwedIDs()) == 0 {
		return h.notGiven(c, in, models.ValidationErrors{models.Invalid("owed", "feedback.error.owed")})
	}
	user := *web.User(c)
	f, err := h.DB.GiveFeedback(c.Request().Context(), user, in.ToID(), in.OwedIDs(), in.Input())
	if err != nil {
		return h.notGiven(c, in, err)
	}
	to, err := h.DB.User(c.Request().Context(), in.ToID())
	if err != nil {
		return err
	}
	said := h.Printer(c).T("feedback.given", "Name", to.Name)
	at := waitingAt + "?given=" + f.ID.String()
	if asksJSON(c) {
		return c.JSON(http.StatusOK, givenAnswer{said, at, waitingAt + "/" + f.ID.String() + "/back"})
	}
	h.Flash(c, "success", said)
	return c.Redirect(http.StatusSeeOther, at)
}

// notGiven says why, with what was written still there.
func (h *Handlers) notGiven(c echo.Context, in web.FeedbackForm, err error) error {
	bad, refused := web.Refused(err)
	conflict := errors.Is(err, models.ErrConflict)
	if !refused && !conflict {
		return err
	}
	if asksJSON(c) {
		code := http.StatusUnprocessableEntity
		if conflict {
			code = http.StatusConflict
		}
		return c.JSON(code, map[string]string{"detail": h.Sentence(c, err)})
	}
	if conflict {
		h.Flash(c, "error", h.Sentence(c, err))
		return c.Redirect(http.StatusSeeOther, waitingAt)
	}
	return h.waitingAgain(c, in, bad)
}

// waitingAgain shows the list, or the one thing where it is in nobody's list, with the form as it was sent.
func (h *Handlers) waitingAgain(c echo.Context, in web.FeedbackForm, bad models.ValidationErrors) error {
	body, err := h.waiting(c)
	if err != nil {
		return err
	}
	listed := len(in.OwedIDs()) == 0
	for i, card := range body.Cards {
		if card.UserID == in.ToID() {
			body.Cards[i], listed = card.Again(in), true
		}
	}
	if listed {
		page := h.Page(c, h.Printer(c).T("waiting.title"), body)
		page.Errors = bad
		return h.RenderPage(c, http.StatusUnprocessableEntity, "leader/waiting.html", page)
	}
	w, err := h.DB.WaitingThing(c.Request().Context(), *web.User(c), in.OwedIDs()[0])
	if err != nil {
		return err
	}
	one := h.waitingOne(c, w)
	one.Card = one.Card.Again(in)
	page := h.Page(c, h.Printer(c).T("waiting.one", "Name", w.Name), one)
	page.Errors = bad
	return h.RenderPage(c, http.StatusUnprocessableEntity, "leader/answer.html", page)
}

// TakeBackFeedback undoes feedback that was given just now and that nobody has read.
func (h *Handlers) TakeBackFeedback(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return h.Done(c, h.DB.TakeBackFeedback(c.Request().Context(), *web.User(c), id), "feedback.taken_back", waitingAt)
}
