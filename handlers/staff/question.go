package staff

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// friendChannels are offered for a link to one person; the others are one page further.
var friendChannels = []string{"sms", "email", "whatsapp", "messenger", "copy"}

type questionBody struct {
	models.Question

	By      string // who asks; empty for somebody who has left
	To      []string
	Own     bool // who looks asks
	Keeper  bool
	Writes  bool // who looks may write the job
	JobOpen bool
	JobOver bool         // nobody is invited for it any more
	Mine    []answerView // what who looks answered
	Answers []answerView // what others did, as far as who looks may read it
	More    string       // address of later answers
	Friends []models.Friend
	Waiting []web.WordingView
	Decided []web.WordingView

	MoreWordings string // address of more of them
	Steps        []models.QuestionStep
	Channels     []string
	In           answerInput
	Shown        string // the way of answering that is open
	Days         int    // that a friend's address is kept
}

// answerView is an answer as who looks may read it.
type answerView struct {
	models.Answer

	By      string // who answered; empty for somebody who has left
	ToMe    bool   // it names who looks
	Waits   bool   // the friend may answer still
	Readers []string
}

// answerInput is every way of answering, as written.
type answerInput struct {
	MeWords  string `form:"me_words"`
	MeAsker  bool   `form:"me_asker"`
	MeOthers string `form:"me_others"`

	Channel        string `form:"channel"`
	FriendName     string `form:"friend_name"`
	FriendEmail    string `form:"friend_email"`
	FriendLanguage string `form:"friend_language"`
	FriendWords    string `form:"friend_words"`

	Colleague      string `form:"colleague"`
	ColleagueWords string `form:"colleague_words"`
}

// Question is one question: what is asked, the four ways to answer, and the answers that who looks may read.
func (h *Handlers) Question(c echo.Context) error {
	body, err := h.questionBody(c)
	if err != nil {
		return err
	}
	body.In = answerInput{MeAsker: true, FriendLanguage: h.Lang(c)}
	return h.Render(c, "staff/question.html", body.Title, body)
}

func (h *Handlers) questionBody(c echo.Context) (questionBody, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return questionBody{}, err
	}
	ctx, by := c.Request().Context(), *web.User(c)
	q, err := h.DB.Question(ctx, by, id)
	if err != nil {
		return questionBody{}, err
	}
	body := questionBody{
		Question: q, By: web.NameOf(q.User), To: h.putTo(c, q), Own: q.UserID == by.ID, Keeper: q.Keeper(by), Writes: q.JobID == nil && by.Is(models.RoleHR),
		JobOpen: q.Job != nil && q.Job.Open(h.Now()), JobOver: q.Over(h.Now()), Channels: friendChannels, Days: models.InvitationDays,
	}
	answers, next, err := h.DB.AnswersAfter(ctx, by, id, c.QueryParam("cursor"))
	if err != nil {
		return body, err
	}
	if next != "" {
		body.More = "?" + url.Values{"cursor": {next}}.Encode() + "#answers-part"
	}
	for _, a := range answers {
		v := h.answerView(a, by)
		if a.UserID == by.ID {
			body.Mine = append(body.Mine, v)
		} else {
			body.Answers = append(body.Answers, v)
		}
	}
	if body.Friends, err = h.DB.Friends(ctx, by, q); err != nil {
		return body, err
	}
	wordings, more, err := h.DB.QuestionWordings(ctx, by, id, c.QueryParam(web.WordingsAfter))
	if err != nil {
		return body, err
	}
	body.Waiting, body.Decided = web.Wordings(by, wordings)
	body.MoreWordings = web.MoreWordings(more)
	accepted, err := h.DB.AcceptedWordings(ctx, by, id)
	body.Steps = models.QuestionHistory(q, accepted)
	return body, err
}

func (h *Handlers) answerView(a models.Answer, by models.User) answerView {
	v := answerView{Answer: a, By: web.NameOf(a.User), ToMe: a.NamedID != nil && *a.NamedID == by.ID}
	v.Waits = a.InvitedUntil != nil && a.InvitedUntil.After(h.Now())
	if a.UserID == by.ID {
		for _, r := range a.Readers {
			v.Readers = append(v.Readers, web.NameOf(&r))
		}
	}
	return v
}

// AnswerPage leads to an answer on the page of its question.
func (h *Handlers) AnswerPage(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	a, err := h.DB.Answer(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/questions/"+a.QuestionID.String()+"#answer-"+id.String())
}

// answered shows the page again where an answer was refused, with what was written; else it says thanks at the given page.
func (h *Handlers) answered(c echo.Context, err error, in answerInput, way, said, page string) error {
	if _, refused := web.Refused(err); refused {
		body, berr := h.questionBody(c)
		if berr != nil {
			return berr
		}
		body.In, body.Shown = in, way
		return h.RenderInvalid(c, err, "staff/question.html", body.Title, body)
	}
	if err != nil {
		return h.refuse(c, err, "/questions/"+c.Param("id"))
	}
	h.Flash(c, "success", said)
	return c.Redirect(http.StatusSeeOther, page)
}

// AnswerMe says that one is interested oneself.
func (h *Handlers) AnswerMe(c echo.Context) error {
	id, in, err := h.answer(c)
	if err != nil {
		return err
	}
	err = h.DB.AnswerMe(c.Request().Context(), *web.User(c), id, models.InterestInput{Words: in.MeWords, Asker: in.MeAsker, Others: in.MeOthers})
	return h.answered(c, err, in, "me", h.Printer(c).T("answer.me.said"), "/questions/"+id.String()+"#mine")
}

// AnswerLink gives the personal link for somebody whom one knows.
func (h *Handlers) AnswerLink(c echo.Context) error {
	id, in, err := h.answer(c)
	if err != nil {
		return err
	}
	link, err := h.DB.AnswerLink(c.Request().Context(), *web.User(c), id, in.Channel, in.FriendWords)
	return h.answered(c, err, in, "friend", h.Printer(c).T("answer.link.said"), "/share/"+link.JobID.String()+"?link="+link.ID.String()+"#link")
}

// AnswerInvite has somebody whom one knows asked by mail.
func (h *Handlers) AnswerInvite(c echo.Context) error {
	id, in, err := h.answer(c)
	if err != nil {
		return err
	}
	err = h.DB.AnswerInvite(c.Request().Context(), *web.User(c), id,
		models.FriendInput{Name: in.FriendName, Email: in.FriendEmail, Language: in.FriendLanguage, Words: in.FriendWords})
	return h.answered(c, err, in, "friend", h.Printer(c).T("answer.invite.said"), "/questions/"+id.String()+"#mine")
}

// AnswerColleague names a colleague to ask.
func (h *Handlers) AnswerColleague(c echo.Context) error {
	id, in, err := h.answer(c)
	if err != nil {
		return err
	}
	named, err := h.DB.AnswerColleague(c.Request().Context(), *web.User(c), id, in.Colleague, in.ColleagueWords)
	return h.answered(c, err, in, "colleague", h.Printer(c).T("answer.colleague.said", "Name", named.Name), "/questions/"+id.String()+"#mine")
}

// WithdrawAnswer takes one's own answer back.
func (h *Handlers) WithdrawAnswer(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx, by := c.Request().Context(), *web.User(c)
	a, err := h.DB.Answer(ctx, by, id)
	if err != nil {
		return err
	}
	if err := h.DB.WithdrawAnswer(ctx, by, id); err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T("answer.withdrawn"))
	if _, err := h.DB.Question(ctx, by, a.QuestionID); errors.Is(err, models.ErrNotFound) { // it was seen for the answer's sake
		return c.Redirect(http.StatusSeeOther, "/questions")
	}
	return c.Redirect(http.StatusSeeOther, "/questions/"+a.QuestionID.String())
}

// answer is what a form that answers a question says.
func (h *Handlers) answer(c echo.Context) (id uuid.UUID, in answerInput, err error) {
	if id, err = web.ID(c, "id"); err == nil {
		err = c.Bind(&in)
	}
	return id, in, err
}
