package staff

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// remarkBody is the form for a remark by itself: to change one, or to mend one that was refused.
type remarkBody struct {
	ID    string // empty for a new one
	On    string
	Thing string // the id
	Text  string
	Back  string
	Was   string // its version
	Now   string // what stands, where it was changed elsewhere meanwhile
}

// remarkInput is the form, as written.
type remarkInput struct {
	Clip       string `form:"clip"`
	Suggestion string `form:"suggestion"`
	Wording    string `form:"wording"`
	Text       string `form:"text"`
}

// on is what the form is about.
func (in remarkInput) on() (models.RemarkOn, string, string) {
	switch {
	case in.Clip != "":
		return models.RemarkOn{ClipID: someID(in.Clip)}, "clip", in.Clip
	case in.Suggestion != "":
		return models.RemarkOn{SuggestionID: someID(in.Suggestion)}, "suggestion", in.Suggestion
	}
	wording := in.Wording
	if wording == "" {
		wording = "none" // no remark without a thing
	}
	return models.RemarkOn{WordingID: someID(wording)}, "wording", in.Wording
}

// AddRemark says something about a clip, a suggestion or a suggested wording.
func (h *Handlers) AddRemark(c echo.Context) error {
	var in remarkInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	on, kind, thing := in.on()
	r, err := h.DB.AddRemark(c.Request().Context(), *web.User(c), on, in.Text)
	if _, refused := web.Refused(err); refused {
		back, berr := h.remarkPlace(c, models.Remark{ClipID: on.ClipID, SuggestionID: on.SuggestionID, WordingID: on.WordingID})
		if berr != nil {
			return berr
		}
		return h.RenderInvalid(c, err, "staff/remark.html", h.Printer(c).T("remark.new"), remarkBody{On: kind, Thing: thing, Text: in.Text, Back: back})
	}
	if err != nil {
		return err
	}
	return h.toRemark(c, r, "remark.said")
}

// toRemark leads to a remark on the page of its thing.
func (h *Handlers) toRemark(c echo.Context, r models.Remark, said string) error {
	place, err := h.remarkPlace(c, r)
	if err != nil {
		return err
	}
	after, err := h.DB.RemarkPage(c.Request().Context(), *web.User(c), r)
	if err != nil {
		return err
	}
	if after != "" {
		place += "?" + url.Values{web.RemarksAfter: {after}}.Encode()
	}
	if said != "" {
		h.Flash(c, "success", h.Printer(c).T(said))
	}
	return c.Redirect(http.StatusSeeOther, place+"#remark-"+r.ID.String())
}

// remarkPlace is the page of what a remark is about.
func (h *Handlers) remarkPlace(c echo.Context, r models.Remark) (string, error) {
	switch {
	case r.SuggestionID != nil:
		return "/suggestions/" + r.SuggestionID.String(), nil
	case r.WordingID != nil:
		return "/wordings/" + r.WordingID.String(), nil
	}
	job, err := h.DB.ClipJob(c.Request().Context(), *r.ClipID)
	return "/share/" + job.String(), err
}

// Remark is the form to change what one said.
func (h *Handlers) Remark(c echo.Context) error {
	r, err := h.remark(c)
	if err != nil {
		return err
	}
	if !r.By(*web.User(c)) {
		return h.toRemark(c, r, "")
	}
	back, err := h.remarkPlace(c, r)
	if err != nil {
		return err
	}
	return h.Render(c, "staff/remark.html", h.Printer(c).T("remark.edit"), remarkBody{ID: r.ID.String(), Text: r.Text, Back: back, Was: r.Version()})
}

func (h *Handlers) remark(c echo.Context) (models.Remark, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return models.Remark{}, err
	}
	return h.DB.Remark(c.Request().Context(), *web.User(c), id)
}

// EditRemark changes what one said.
func (h *Handlers) EditRemark(c echo.Context) error {
	r, err := h.remark(c)
	if err != nil {
		return err
	}
	in := models.Edit{Text: c.FormValue("text"), Was: c.FormValue("was")}
	_, err = h.DB.EditRemark(c.Request().Context(), *web.User(c), r.ID, in)
	if _, refused := web.Refused(err); refused {
		back, berr := h.remarkPlace(c, r)
		if berr != nil {
			return berr
		}
		body := remarkBody{ID: r.ID.String(), Text: in.Text, Back: back, Was: r.Version()}
		if in.Was != "" && in.Was != r.Version() {
			body.Now = r.Text
		}
		return h.RenderInvalid(c, err, "staff/remark.html", h.Printer(c).T("remark.edit"), body)
	}
	if err != nil {
		return err
	}
	return h.toRemark(c, r, "remark.edited.said")
}

// RemoveRemark takes away what one said, or, as HR, what somebody did.
func (h *Handlers) RemoveRemark(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	r, err := h.DB.RemoveRemark(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	return h.toRemark(c, r, "remark.removed.said")
}
