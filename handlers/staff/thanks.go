package staff

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// thanksForm is a word of thanks as it is written.
type thanksForm struct {
	To     string `form:"to"`
	Text   string `form:"text"`
	Search string `form:"q"` // for a colleague, in a large house
}

// maxColleagues is how many colleagues a list to choose from has; in a larger house they are looked for.
const maxColleagues = 200

// thanksBody is the wall, with the way to put something on it.
type thanksBody struct {
	thanksForm

	Wall      []models.Thanks
	Praise    []models.Praise // that its receivers let all read; on the wall's first page
	Next      string          // address of the page after
	Waiting   []models.Thanks // for one's own word
	Sent      []models.Thanks
	People    []colleague // the first of them is nobody
	Many      bool        // they are looked for
	None      bool        // nobody was found
	More      bool        // more were found than are shown
	Form      bool        // there is somebody to write to, or something written
	Max       int
	Moderates bool // may take something off the wall
	Me        uuid.UUID
}

// praiseOnWall is how much praise stands on the wall, the latest of it.
const praiseOnWall = 20

// colleague is one line of the list to choose from.
type colleague struct{ Value, Label string }

// Thanks is the wall of what people agreed to show.
func (h *Handlers) Thanks(c echo.Context) error {
	body, err := h.thanksBody(c, thanksForm{To: c.QueryParam("to")})
	if err != nil {
		return err
	}
	return h.Render(c, "staff/thanks.html", h.Printer(c).T("thanks.title"), body)
}

// FindThanked looks for whom to thank, and keeps what was written.
func (h *Handlers) FindThanked(c echo.Context) error {
	var in thanksForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	body, err := h.thanksBody(c, in)
	if err != nil {
		return err
	}
	return h.Render(c, "staff/thanks.html", h.Printer(c).T("thanks.title"), body)
}

func (h *Handlers) thanksBody(c echo.Context, form thanksForm) (thanksBody, error) {
	ctx, user, p := c.Request().Context(), *web.User(c), h.Printer(c)
	body := thanksBody{thanksForm: form, Max: models.MaxThanks, Moderates: user.Is(models.RoleHR), Me: user.ID}
	wall, next, err := h.DB.ThanksWall(ctx, c.QueryParam("cursor"), 0)
	if err != nil {
		return body, err
	}
	body.Wall = wall
	if next != "" {
		body.Next = "/thanks?cursor=" + next
	}
	if c.QueryParam("cursor") == "" {
		if body.Praise, err = h.DB.SharedPraise(ctx, praiseOnWall); err != nil {
			return body, err
		}
	}
	received, err := h.DB.ThanksTo(ctx, user.ID)
	if err != nil {
		return body, err
	}
	for _, t := range received {
		if t.State == models.ThanksWaiting {
			body.Waiting = append(body.Waiting, t)
		}
	}
	if body.Sent, err = h.DB.ThanksFrom(ctx, user.ID); err != nil {
		return body, err
	}
	people, err := h.colleagues(c, &body)
	body.People, body.Form = []colleague{{"", p.T("thanks.choose")}}, !body.Many || len(people) > 0 || body.Text != ""
	for _, u := range people {
		label := u.Name
		if u.Team != nil {
			label += " · " + u.Team.Name
		}
		body.People = append(body.People, colleague{u.ID.String(), label})
	}
	return body, err
}

// colleagues are those whom one can thank: all of them, or in a large house who was found and who is chosen.
func (h *Handlers) colleagues(c echo.Context, body *thanksBody) ([]models.User, error) {
	ctx := c.Request().Context()
	n, err := h.DB.CountPeople(ctx, models.PeopleFilter{})
	if err != nil {
		return nil, err
	}
	if n <= maxColleagues {
		return h.DB.Colleagues(ctx, body.Me)
	}
	body.Search = strings.TrimSpace(body.Search)
	in := pickerInput{Search: body.Search}
	if body.To != "" {
		in.People = []string{body.To}
	}
	picked, err := h.picker(c, in, nil)
	body.Many, body.None, body.More = true, picked.Looked && len(picked.Found) == 0, picked.More
	return append(picked.Chosen, picked.Found...), err
}

// Thank writes a colleague a word of thanks.
func (h *Handlers) Thank(c echo.Context) error {
	var in thanksForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	to, err := uuid.Parse(in.To)
	if err != nil {
		to = uuid.Nil // of nobody: refused at its field
	}
	t, err := h.DB.Thank(c.Request().Context(), *web.User(c), to, in.Text)
	if _, bad := web.Refused(err); bad {
		body, berr := h.thanksBody(c, in)
		return errors.Join(berr, h.RenderInvalid(c, err, "staff/thanks.html", h.Printer(c).T("thanks.title"), body))
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T("thanks.sent", "Name", firstName(t.To.Name)))
	return c.Redirect(http.StatusSeeOther, "/thanks")
}

// ShowThanks says whether others may read what one was thanked for.
func (h *Handlers) ShowThanks(c echo.Context) error {
	show, said := c.FormValue("show") == "1", "thanks.kept"
	if show {
		said = "thanks.shown"
	}
	return h.thanksDeed(c, said, func(ctx context.Context, by models.User, id uuid.UUID) error {
		return h.DB.DecideThanks(ctx, by, id, show)
	})
}

// TakeBackThanks takes back what one wrote.
func (h *Handlers) TakeBackThanks(c echo.Context) error {
	return h.thanksDeed(c, "thanks.taken_back", h.DB.TakeBackThanks)
}

func (h *Handlers) thanksDeed(c echo.Context, said string, deed func(ctx context.Context, by models.User, id uuid.UUID) error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := deed(c.Request().Context(), *web.User(c), id); err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T(said))
	to := "/thanks"
	if c.FormValue("from") == "mine" {
		to = "/mine#thanks"
	}
	return c.Redirect(http.StatusSeeOther, to)
}
