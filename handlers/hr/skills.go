package hr

import (
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
)

// skillField is the name of a required skill's field in a form, before its id.
const skillField = "skill-"

// MarkSkills writes what whoever asks saw of each required skill.
func (h *Handlers) MarkSkills(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	marks := map[uuid.UUID]string{}
	for name := range form {
		if rest, ok := strings.CutPrefix(name, skillField); ok {
			if skill, err := uuid.Parse(rest); err == nil {
				marks[skill] = form.Get(name)
			}
		}
	}
	n, err := h.DB.MarkSkills(c.Request().Context(), *web.User(c), id, marks)
	if err != nil {
		return err
	}
	p := h.Printer(c)
	if n == 0 {
		return h.backTo(c, id, p.T("skills.same"))
	}
	return h.backTo(c, id, p.N("skills.saved", n))
}
