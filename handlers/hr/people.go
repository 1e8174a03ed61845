package hr

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// Option is one choice of a select.
type Option struct{ Value, Label string }

// peopleQuery is what the list of people is narrowed by.
type peopleQuery struct {
	Search string `query:"q"`
	Team   string `query:"team"`
	State  string `query:"state"`
	Cursor string `query:"cursor"`
}

// peopleView is the list of people.
type peopleView struct {
	peopleQuery

	People         []models.User
	Count          int
	Teams, States  []Option
	First, Next    string // addresses
	Narrowed       bool
	MayChangeAdmin bool
	Reported       int // posts that wait for an answer
}

// People lists everybody, with search and filters.
func (h *Handlers) People(c echo.Context) error {
	var in peopleQuery
	if err := c.Bind(&in); err != nil {
		return err
	}
	ctx, p := c.Request().Context(), h.Printer(c)
	f := models.PeopleFilter{Search: in.Search, State: in.State, Cursor: in.Cursor, TeamID: optionalID(in.Team)}
	people, next, err := h.DB.People(ctx, f)
	if err != nil {
		return err
	}
	view := peopleView{peopleQuery: in, People: people, MayChangeAdmin: web.User(c).Is(models.RoleAdmin)}
	if view.Count, err = h.DB.CountPeople(ctx, f); err != nil {
		return err
	}
	if view.Teams, err = h.teamOptions(c, p.T("people.all_teams")); err != nil {
		return err
	}
	if view.Reported, err = h.DB.OpenReports(ctx, *web.User(c)); err != nil {
		return err
	}
	view.States = []Option{{"", p.T("people.state.all")}}
	for _, state := range models.PersonStates {
		view.States = append(view.States, Option{state, p.T("people.state." + state)})
	}
	view.Narrowed = in.Search != "" || in.Team != "" || in.State != ""
	if next != "" {
		view.Next = in.address(next)
	}
	if in.Cursor != "" {
		view.First = in.address("")
	}
	return h.Render(c, "hr/people.html", p.T("people.title"), view)
}

// address is the list's own, at another cursor.
func (q peopleQuery) address(cursor string) string {
	v := url.Values{}
	for name, value := range map[string]string{"q": q.Search, "team": q.Team, "state": q.State, "cursor": cursor} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return "/hr/people?" + v.Encode()
}

// personForm is what HR writes about a person.
type personForm struct {
	Email  string `form:"email"`
	Name   string `form:"name"`
	Role   string `form:"role"`
	Team   string `form:"team"`
	Invite bool   `form:"invite"`

	NoEmail bool `form:"no_email"` // signs in with a card
}

// personView is the form about a new or a known person.
type personView struct {
	personForm

	User         models.User // zero for a new one
	Roles, Teams []Option
	Mine         bool // it is about oneself
	Locked       bool // may be seen and not be changed

	MayCard bool            // may have a card to sign in with
	Card    *models.KeyCard // that stands, nil without one
	Batch   uuid.UUID       // of the form that makes one

	Linked    *time.Time // when they first signed in with the house's account
	MayUnlink bool
}

// NewPersonForm asks for a new person.
func (h *Handlers) NewPersonForm(c echo.Context) error {
	view, err := h.personView(c, personForm{Role: models.RoleEmployee, Invite: true}, models.User{})
	if err != nil {
		return err
	}
	return h.Render(c, "hr/person_new.html", h.Printer(c).T("people.new.title"), view)
}

// AddPerson adds a person, and invites them when asked.
func (h *Handlers) AddPerson(c echo.Context) error {
	var in personForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	u, err := h.DB.AddUser(c.Request().Context(), *web.User(c), models.NewUser{
		Email: in.Email, Name: in.Name, Role: in.Role, TeamID: optionalID(in.Team), Invite: in.Invite, NoEmail: in.NoEmail,
	})
	if err != nil {
		view, verr := h.personView(c, in, models.User{})
		return errors.Join(verr, h.RenderInvalid(c, err, "hr/person_new.html", h.Printer(c).T("people.new.title"), view))
	}
	key, to := "people.added", "/hr/people"
	switch {
	case in.NoEmail: // the card is what is still lacking
		key, to = "people.added_no_email", "/hr/people/"+u.ID.String()
	case in.Invite:
		key = "people.added_invited"
	}
	h.Flash(c, "success", h.Printer(c).T(key, "Name", u.Name))
	return c.Redirect(http.StatusSeeOther, to)
}

// Person shows a person with what HR may change.
func (h *Handlers) Person(c echo.Context) error {
	u, err := h.person(c)
	if err != nil {
		return err
	}
	team := ""
	if u.TeamID != nil {
		team = u.TeamID.String()
	}
	view, err := h.personView(c, personForm{Email: u.Email, Name: u.Name, Role: u.Role, Team: team}, u)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/person.html", u.Name, view)
}

// ChangePerson writes name, role and team.
func (h *Handlers) ChangePerson(c echo.Context) error {
	u, err := h.person(c)
	if err != nil {
		return err
	}
	var in personForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	_, err = h.DB.ChangeUser(c.Request().Context(), *web.User(c), u.ID, models.UserChange{Name: in.Name, Role: in.Role, TeamID: optionalID(in.Team), Email: in.Email})
	if _, bad := web.Refused(err); bad {
		if u.HasEmail() {
			in.Email = u.Email
		}
		view, verr := h.personView(c, in, u)
		return errors.Join(verr, h.RenderInvalid(c, err, "hr/person.html", u.Name, view))
	}
	return h.Done(c, err, "people.saved", "/hr/people/"+u.ID.String(), "Name", in.Name)
}

// InvitePerson sends the invitation, once more where it was sent before.
func (h *Handlers) InvitePerson(c echo.Context) error {
	return h.personDeed(c, h.DB.Invite, "people.invited")
}

// DeactivatePerson lets a person in no longer.
func (h *Handlers) DeactivatePerson(c echo.Context) error {
	return h.personDeed(c, h.DB.Deactivate, "people.deactivated")
}

// ReactivatePerson lets a person in again.
func (h *Handlers) ReactivatePerson(c echo.Context) error {
	return h.personDeed(c, h.DB.Reactivate, "people.reactivated")
}

func (h *Handlers) person(c echo.Context) (models.User, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return models.User{}, err
	}
	return h.DB.User(c.Request().Context(), id)
}

func (h *Handlers) personView(c echo.Context, form personForm, u models.User) (view personView, err error) {
	p, by := h.Printer(c), web.User(c)
	view = personView{personForm: form, User: u, Mine: u.ID == by.ID}
	view.Locked = u.Role == models.RoleAdmin && !by.Is(models.RoleAdmin)
	for _, role := range by.GivesRoles() {
		view.Roles = append(view.Roles, Option{role, p.T("role." + role)})
	}
	if accounts, err := h.DB.Identities(c.Request().Context(), u.ID); err != nil {
		return view, err
	} else if len(accounts) > 0 {
		view.Linked, view.MayUnlink = &accounts[0].CreatedAt, by.Is(models.RoleAdmin)
	}
	if view.Teams, err = h.teamOptions(c, p.T("people.no_team")); err != nil {
		return view, err
	}
	view.MayCard, view.Batch = u.ID != uuid.Nil && u.Role == models.RoleEmployee && u.Active() && !u.HasEmail(), models.NewID()
	card, err := h.DB.CardOf(c.Request().Context(), u.ID)
	if err == nil {
		view.Card = &card
	}
	if errors.Is(err, models.ErrNotFound) {
		err = nil
	}
	return view, err
}

// teamOptions are all teams, after a line for none of them.
func (h *Handlers) teamOptions(c echo.Context, none string) ([]Option, error) {
	teams, err := h.DB.Teams(c.Request().Context())
	options := []Option{{"", none}}
	for _, t := range teams {
		options = append(options, Option{t.ID.String(), t.Name})
	}
	return options, err
}

// optionalID is the id that a select gives; nil for its empty line.
func optionalID(s string) *uuid.UUID {
	if s == "" {
		return nil
	}
	id, err := uuid.Parse(s)
	if err != nil {
		return &uuid.Nil // of nothing: refused by whoever looks it up
	}
	return &id
}
