package staff

import (
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/models"
)

// feedbackBody is what somebody was given and gave, and what they wait for.
type feedbackBody struct {
	Me       models.User
	Received []feedbackView
	Given    []feedbackView
	Waiting  []ownWaiting
	To       []feedbackChoice // whom they may give some
	Card     web.WaitingCard  // the form for that
	Max      int
	ReplyTo  string // the feedback whose reply was refused
	Reply    string
}

// feedbackView is feedback with what it was about in words.
type feedbackView struct {
	models.Feedback

	Facts []string
	Back  bool // it can still be taken back
}

// Name is who gave it, empty where they have left.
func (v feedbackView) Name() string { return here(v.From) }

// ToName is who was given it, empty where they have left.
func (v feedbackView) ToName() string { return here(v.To) }

func here(u *models.User) string {
	if u == nil || !u.Active() {
		return ""
	}
	return u.Name
}

// ReplyView is a reply as one of the two reads it.
type replyView struct {
	models.FeedbackReply

	Name string // empty: they have left
	Mine bool
}

// Said are the replies as by reads them.
func (v feedbackView) Said(by models.User) []replyView {
	out := make([]replyView, len(v.Replies))
	for i, r := range v.Replies {
		out[i] = replyView{r, here(r.From), r.FromID == by.ID}
	}
	return out
}

type feedbackChoice struct{ Value, Label string }

// ownWaiting is one thing that somebody waits for an answer about.
type ownWaiting struct {
	models.Waiting

	Fact string
	Late bool
}

// Feedback is one's own feedback: what one was given and gave. Looking at it reads it.
func (h *Handlers) Feedback(c echo.Context) error {
	body, err := h.feedbackBody(c)
	if err != nil {
		return err
	}
	if !web.Unseen(c) {
		if err := h.DB.ReadFeedback(c.Request().Context(), *web.User(c), body.shown()); err != nil {
			return err
		}
	}
	return h.Render(c, "staff/feedback.html", h.Printer(c).T("feedback.title"), body)
}

// shown is the feedback that the page shows.
func (b feedbackBody) shown() []models.Feedback {
	var fs []models.Feedback
	for _, v := range slices.Concat(b.Received, b.Given) {
		fs = append(fs, v.Feedback)
	}
	return fs
}

func (h *Handlers) feedbackBody(c echo.Context) (feedbackBody, error) {
	ctx, user, p := c.Request().Context(), *web.User(c), h.Printer(c)
	b := feedbackBody{Me: user, Max: models.MaxFeedback, Card: web.CardOf(p, h.Now(), models.WaitingPerson{}, "/feedback")}
	received, err := h.DB.FeedbackTo(ctx, user)
	if err != nil {
		return b, err
	}
	given, err := h.DB.FeedbackFrom(ctx, user)
	if err != nil {
		return b, err
	}
	waiting, err := h.DB.OwnWaiting(ctx, user)
	if err != nil {
		return b, err
	}
	for _, w := range waiting {
		b.Waiting = append(b.Waiting, ownWaiting{w, web.WaitingFact(p, w), w.Late(h.Now())})
	}
	people, err := h.DB.FeedbackReceivers(ctx, user)
	for _, u := range people {
		b.To = append(b.To, feedbackChoice{u.ID.String(), u.Name + " · " + p.T("role."+u.Role)})
	}
	b.Received, b.Given = h.feedbackViews(p, user, received), h.feedbackViews(p, user, given)
	return b, err
}

func (h *Handlers) feedbackViews(p *i18n.Printer, by models.User, fs []models.Feedback) []feedbackView {
	out := make([]feedbackView, len(fs))
	for i, f := range fs {
		out[i] = feedbackView{Feedback: f, Back: f.Undoable(by, h.Now())}
		for _, w := range f.About {
			out[i].Facts = append(out[i].Facts, web.WaitingFact(p, w))
		}
	}
	return out
}

// GiveFeedback gives feedback unasked: to a leader, to HR, or back to whoever gave some.
func (h *Handlers) GiveFeedback(c echo.Context) error {
	var in web.FeedbackForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	to, err := h.DB.User(c.Request().Context(), in.ToID())
	if errors.Is(err, models.ErrNotFound) {
		err = models.Invalid("to", "error.choose")
	}
	if err == nil {
		_, err = h.DB.GiveFeedback(c.Request().Context(), *web.User(c), in.ToID(), nil, in.Input())
	}
	if errors.Is(err, models.ErrNotFound) {
		err = models.Invalid("to", "error.choose")
	}
	if err != nil {
		return h.feedbackAgain(c, err, func(b *feedbackBody) { b.Card = b.Card.Again(in) })
	}
	h.Flash(c, "success", h.Printer(c).T("feedback.given", "Name", to.Name))
	return c.Redirect(http.StatusSeeOther, "/feedback#given")
}

// ReplyFeedback writes to the other of the two.
func (h *Handlers) ReplyFeedback(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if _, err := h.DB.ReplyFeedback(c.Request().Context(), *web.User(c), id, c.FormValue("reply")); err != nil {
		if _, own := h.DB.OwnFeedback(c.Request().Context(), *web.User(c), id); own != nil {
			return own
		}
		return h.feedbackAgain(c, err, func(b *feedbackBody) { b.ReplyTo, b.Reply = id.String(), c.FormValue("reply") })
	}
	h.Flash(c, "success", h.Printer(c).T("feedback.replied"))
	return c.Redirect(http.StatusSeeOther, "/feedback#f-"+id.String())
}

func (h *Handlers) feedbackAgain(c echo.Context, err error, keep func(*feedbackBody)) error {
	if _, refused := web.Refused(err); !refused {
		return err
	}
	body, shown := h.feedbackBody(c)
	if shown != nil {
		return shown
	}
	keep(&body)
	return h.RenderInvalid(c, err, "staff/feedback.html", h.Printer(c).T("feedback.title"), body)
}

// FeedbackHelped says that feedback helped, or takes that back.
func (h *Handlers) FeedbackHelped(c echo.Context) error {
	return h.markFeedback(c, "helped", func(by models.User, on bool) error {
		id, err := web.ID(c, "id")
		if err != nil {
			return err
		}
		return h.DB.FeedbackHelped(c.Request().Context(), by, id, on)
	})
}

// SharePraise lets others in the house read praise, or takes that back.
func (h *Handlers) SharePraise(c echo.Context) error {
	return h.markFeedback(c, "shared", func(by models.User, on bool) error {
		id, err := web.ID(c, "id")
		if err != nil {
			return err
		}
		return h.DB.AgreeToPraise(c.Request().Context(), by, id, on)
	})
}

func (h *Handlers) markFeedback(c echo.Context, what string, mark func(by models.User, on bool) error) error {
	on, key := c.FormValue("on") == "1", "feedback."+what+".off"
	if on {
		key = "feedback." + what + ".on"
	}
	if err := mark(*web.User(c), on); err != nil {
		return err
	}
	h.Flash(c, "ok", h.Printer(c).T(key))
	return c.Redirect(http.StatusSeeOther, "/feedback#f-"+c.Param("id"))
}
