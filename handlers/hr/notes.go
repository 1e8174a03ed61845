package hr

import (
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// noteView is a note with what whoever reads it may do to it.
type noteView struct {
	models.Note
	Own  bool
	At   string // where it is changed
	Said string // what was sent, where it was refused; the note's own text otherwise
}

// noteAddress is the part of an application's page with the notes.
func noteAddress(c echo.Context, app uuid.UUID) string {
	return base(c) + "/" + app.String() + "#notes"
}

// AddNote writes a note about an application.
func (h *Handlers) AddNote(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	text := c.FormValue("text")
	note, err := h.DB.AddNote(c.Request().Context(), *web.User(c), id, text)
	if err != nil {
		return h.noteAgain(c, err, func(b *applicationBody) { b.NewNote = text })
	}
	return h.noted(c, note, "note.saved")
}

// EditNote changes one's own note.
func (h *Handlers) EditNote(c echo.Context) error {
	id, err := web.ID(c, "note")
	if err != nil {
		return err
	}
	text := c.FormValue("text")
	note, err := h.DB.EditNote(c.Request().Context(), *web.User(c), id, text)
	if err != nil {
		return h.noteAgain(c, err, func(b *applicationBody) {
			b.Refused = id.String()
			for i := range b.Notes {
				if b.Notes[i].ID == id {
					b.Notes[i].Said = text
				}
			}
		})
	}
	return h.noted(c, note, "note.saved")
}

// DeleteNote takes one's own note away.
func (h *Handlers) DeleteNote(c echo.Context) error {
	id, err := web.ID(c, "note")
	if err != nil {
		return err
	}
	note, err := h.DB.DeleteNote(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	return h.noted(c, note, "note.deleted")
}

// noteAgain shows the application with what was written, and what is wrong with it.
func (h *Handlers) noteAgain(c echo.Context, err error, keep func(*applicationBody)) error {
	if _, refused := web.Refused(err); !refused {
		return err
	}
	body, shown := h.application(c)
	if shown != nil {
		return shown
	}
	keep(&body)
	return h.RenderInvalid(c, err, "hr/application.html", body.Candidate.Name, body)
}

// noted says what was done, and who is told of it.
func (h *Handlers) noted(c echo.Context, n models.Note, key string) error {
	p := h.Printer(c)
	said, kind := p.T(key), "ok"
	var names []string
	for _, m := range n.Mentions {
		names = append(names, m.User.Name)
	}
	switch {
	case len(names) > 0:
		said += " " + p.T("note.told", "Names", strings.Join(names, ", "))
	case models.LooksLikeMention(n.Text):
		said, kind = said+" "+p.T("note.told_nobody"), "warning"
	}
	h.Flash(c, kind, said)
	return c.Redirect(http.StatusSeeOther, noteAddress(c, n.ApplicationID))
}

// mentions are the notes that name whoever asks, and that they have not seen.
func (h *Handlers) mentions(c echo.Context) ([]models.Mention, error) {
	found, err := h.DB.MentionsOf(c.Request().Context(), *web.User(c))
	if err != nil {
		return nil, err
	}
	return found, h.SawMany(c, models.OfNote, len(found))
}
