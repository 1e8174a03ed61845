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

// groupPeopleBody is who is in a group.
type groupPeopleBody struct {
	groupRow

	Members []models.Member
	Picker  pickerBody
	Me      uuid.UUID
	First   bool   // of its pages
	Next    string // address of more of them
}

// GroupPeople shows who is in a group; its owners let others in.
func (h *Handlers) GroupPeople(c echo.Context) error {
	var in pickerInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	body, err := h.groupPeople(c, in)
	if err != nil {
		return err
	}
	return h.Render(c, "staff/group_people.html", h.Printer(c).T("group.people"), body)
}

func (h *Handlers) groupPeople(c echo.Context, in pickerInput) (groupPeopleBody, error) {
	g, err := h.group(c)
	if err != nil {
		return groupPeopleBody{}, err
	}
	by, after := *web.User(c), c.QueryParam("cursor")
	b := groupPeopleBody{groupRow: groupRow{g, groupTitle(h.Printer(c), g), groupPath(g.ID)}, Me: by.ID, First: after == ""}
	var next string
	if b.Members, next, err = h.DB.Members(c.Request().Context(), by, g.ID, after); err != nil {
		return b, err
	}
	if next != "" {
		b.Next = b.At + "/people?" + url.Values{"cursor": {next}}.Encode()
	}
	if g.Owned() {
		b.Picker, err = h.picker(c, in, &g.ID)
	}
	return b, err
}

// AddMembers lets colleagues into a group.
func (h *Handlers) AddMembers(c echo.Context) error {
	var in pickerInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	people := in.ids()
	if err := h.DB.AddMembers(c.Request().Context(), *web.User(c), id, people...); err != nil {
		if _, refused := web.Refused(err); !refused {
			return err
		}
		body, perr := h.groupPeople(c, in)
		if perr != nil {
			return perr
		}
		return h.RenderInvalid(c, err, "staff/group_people.html", h.Printer(c).T("group.people"), body)
	}
	h.Flash(c, "success", h.Printer(c).N("group.people.added", len(people)))
	return c.Redirect(http.StatusSeeOther, groupPath(id)+"/people")
}

// RemoveMember takes somebody out of a group.
func (h *Handlers) RemoveMember(c echo.Context) error {
	return h.withMember(c, "group.people.removed", func(by models.User, id, person uuid.UUID) error {
		return h.DB.RemoveMember(c.Request().Context(), by, id, person)
	})
}

// SetOwner says whether somebody owns a group.
func (h *Handlers) SetOwner(c echo.Context) error {
	return h.withMember(c, "group.people.saved", func(by models.User, id, person uuid.UUID) error {
		return h.DB.SetOwner(c.Request().Context(), by, id, person, c.FormValue("owner") == "1")
	})
}

func (h *Handlers) withMember(c echo.Context, said string, do func(by models.User, id, person uuid.UUID) error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	person, err := web.ID(c, "person")
	if err != nil {
		return err
	}
	kind := "success"
	var conflict *models.ConflictError
	by := *web.User(c)
	if err := do(by, id, person); errors.As(err, &conflict) {
		kind, said = "warning", conflict.Key
	} else if err != nil {
		return err
	}
	h.Flash(c, kind, h.Printer(c).T(said))
	to := groupPath(id) + "/people"
	if person == by.ID && said == "group.people.removed" {
		to = groupsPage
	}
	return c.Redirect(http.StatusSeeOther, to)
}
