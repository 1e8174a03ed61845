package staff

import (
	"net/http"
	"slices"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// maxPicked is how many colleagues a search offers.
const maxPicked = 12

// pickerBody is colleagues who are looked for and chosen, page by page and without a script.
type pickerBody struct {
	Search string
	Looked bool
	Chosen []models.User
	Found  []models.User // not chosen yet
	More   bool          // there are more than are found
}

type pickerInput struct {
	Search string   `query:"q" form:"q"`
	People []string `query:"person" form:"person"`
}

func (in pickerInput) ids() []uuid.UUID {
	var ids []uuid.UUID
	for _, s := range in.People {
		if id, err := uuid.Parse(s); err == nil && len(ids) < models.MaxTalk {
			ids = append(ids, id)
		}
	}
	return ids
}

// picker is who was chosen and who is found, but for those who are in a group already; notIn may be nil.
func (h *Handlers) picker(c echo.Context, in pickerInput, notIn *uuid.UUID) (pickerBody, error) {
	ctx := c.Request().Context()
	b := pickerBody{Search: in.Search}
	skip := map[uuid.UUID]bool{web.User(c).ID: true}
	chosen, err := h.DB.UsersHere(ctx, in.ids()...)
	if err != nil {
		return b, err
	}
	for _, u := range chosen {
		if !skip[u.ID] {
			b.Chosen, skip[u.ID] = append(b.Chosen, u), true
		}
	}
	if in.Search == "" {
		return b, nil
	}
	b.Looked = true
	found, _, err := h.DB.People(ctx, models.PeopleFilter{Search: in.Search, NotIn: notIn, Limit: maxPicked + len(skip) + 1})
	found = slices.DeleteFunc(found, func(u models.User) bool { return skip[u.ID] })
	b.Found, b.More = found[:min(len(found), maxPicked)], len(found) > maxPicked
	return b, err
}

// NewTalk is the page where colleagues are chosen to talk with.
func (h *Handlers) NewTalk(c echo.Context) error {
	var in pickerInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	body, err := h.picker(c, in, nil)
	if err != nil {
		return err
	}
	return h.Render(c, "staff/talk_new.html", h.Printer(c).T("talk.new"), body)
}

// Talk opens the talk with the colleagues who were chosen: the one there is, or a new one.
func (h *Handlers) Talk(c echo.Context) error {
	var in pickerInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	g, err := h.DB.Talk(c.Request().Context(), *web.User(c), in.ids()...)
	if err == nil {
		return c.Redirect(http.StatusSeeOther, groupPath(g.ID))
	}
	body, perr := h.picker(c, in, nil)
	if perr != nil {
		return perr
	}
	return h.RenderInvalid(c, err, "staff/talk_new.html", h.Printer(c).T("talk.new"), body)
}
