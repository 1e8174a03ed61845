package hr

import (
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// clipPeopleView is the part of a clip's page about who is in it.
type clipPeopleView struct {
	Clip    models.Clip
	Listed  []models.ClipPerson
	Past    []models.ClipPerson // taken off the list
	In      personInput
	Search  string        // part of a colleague's name
	Found   []models.User // by that
	Looked  bool
	Editing bool   // somebody can be listed, asked again, taken off
	Months  int    // what people are asked for
	Wrote   string // in a form about one person that was refused
}

type personInput struct {
	Name     string `form:"person_name"`
	Email    string `form:"person_email"`
	Language string `form:"person_language"`
	Seen     bool   `form:"person_seen"`
	Heard    bool   `form:"person_heard"`

	Colleague string `form:"person_colleague"` // the id of one who has no e-mail
}

// maxFound is how many colleagues a search shows.
const maxFound = 8

// peopleIn is who is in the clip, with the colleagues that were searched for.
func (h *Handlers) peopleIn(c echo.Context, clip models.Clip) (clipPeopleView, error) {
	ctx := c.Request().Context()
	v := clipPeopleView{
		Clip: clip, In: personInput{Seen: true, Heard: true}, Search: c.QueryParam("colleague"), Editing: clip.Status != models.ClipWithdrawn,
		Months: h.Organisation().ConsentMonths,
	}
	all, err := h.DB.ClipPeople(ctx, clip.ID)
	if err != nil {
		return v, err
	}
	for _, p := range all {
		if p.Listed() {
			v.Listed = append(v.Listed, p)
		} else {
			v.Past = append(v.Past, p)
		}
	}
	if v.Search != "" {
		v.Looked = true
		v.Found, _, err = h.DB.People(ctx, models.PeopleFilter{Search: v.Search, Limit: maxFound})
	}
	return v, err
}

// ListPerson lists somebody in a clip and asks them.
func (h *Handlers) ListPerson(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var in personInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	_, err = h.DB.ListPerson(c.Request().Context(), *web.User(c), id, models.PersonInput(in))
	if bad, refused := web.Refused(err); refused {
		v, verr := h.clipView(c)
		if verr != nil {
			return verr
		}
		v.People.In = in // every word stays
		return h.RenderInvalid(c, bad, "hr/clip.html", v.Clip.Title, v)
	}
	return h.done(c, id, err, "people_in.listed")
}

// AskAgain sends somebody the request once more.
func (h *Handlers) AskAgain(c echo.Context) error {
	return h.changePerson(c, "people_in.asked", func(clip, person uuid.UUID) error {
		return h.DB.AskAgain(c.Request().Context(), *web.User(c), clip, person)
	})
}

// CorrectPerson asks at another address.
func (h *Handlers) CorrectPerson(c echo.Context) error {
	return h.changePerson(c, "people_in.corrected", func(clip, person uuid.UUID) error {
		return h.DB.CorrectPerson(c.Request().Context(), *web.User(c), clip, person, c.FormValue("email"))
	})
}

// RemovePerson takes somebody off the list, with a reason.
func (h *Handlers) RemovePerson(c echo.Context) error {
	return h.changePerson(c, "people_in.removed", func(clip, person uuid.UUID) error {
		return h.DB.RemovePerson(c.Request().Context(), *web.User(c), clip, person, c.FormValue("reason"))
	})
}

// changePerson does one thing about somebody in a clip and shows its page again.
func (h *Handlers) changePerson(c echo.Context, said string, do func(clip, person uuid.UUID) error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	person, err := web.ID(c, "person")
	if err != nil {
		return err
	}
	err = do(id, person)
	if bad, refused := web.Refused(err); refused {
		for _, e := range bad { // every person has such a field
			e.Field += "-" + person.String()
		}
		v, verr := h.clipView(c)
		if verr != nil {
			return verr
		}
		v.People.Wrote = c.FormValue("email") + c.FormValue("reason") // one of them is in each form
		return h.RenderInvalid(c, bad, "hr/clip.html", v.Clip.Title, v)
	}
	return h.done(c, id, err, said)
}
