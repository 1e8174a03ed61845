package public

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// SaveDetails takes the candidate's own name, telephone number and language.
func (h *Handlers) SaveDetails(c echo.Context) error {
	hidden(c)
	in := models.Details{Name: c.FormValue("name"), Phone: c.FormValue("phone"), Language: c.FormValue("language")}
	err := h.DB.CorrectDetails(c.Request().Context(), c.Param("token"), in)
	if err != nil {
		return h.refused(c, err, func(b *candidateBody) { b.Details = in })
	}
	return h.done(c, "details", "details")
}

// SaveWords takes what the candidate changed of an application, with a CV where one came.
func (h *Handlers) SaveWords(c echo.Context) error {
	hidden(c)
	form, err := readForm(c.Request())
	if err != nil {
		return err
	}
	defer form.close()
	ctx, stop := context.WithTimeout(context.WithoutCancel(c.Request().Context()), takeWithin)
	defer stop()
	c.SetRequest(c.Request().WithContext(ctx))
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if _, err := h.DB.CandidateByToken(ctx, c.Param("token")); err != nil { // nobody stores files by a link that has ended
		return h.refused(c, err, nil)
	}
	in := models.OwnWords{Message: form.Message, HeardFrom: form.HeardFrom, DropCV: form.dropCV}
	err = in.Check()
	if err == nil && (form.file != nil || form.fileErr != nil) {
		in.CV, err = h.ownFile(c, form)
	}
	if err == nil {
		if err = h.DB.CorrectApplication(ctx, c.Param("token"), id, in); err != nil {
			h.forget(c, in.CV)
		}
	}
	if err != nil {
		return h.refused(c, err, func(b *candidateBody) { b.words(id.String(), in) })
	}
	return h.done(c, "words", "app-"+id.String())
}

// ownFile keeps the file that came; one that cannot be taken is a refused field.
func (h *Handlers) ownFile(c echo.Context, form *handedIn) (*models.CV, error) {
	kind, refused := form.checkCV()
	if refused != "" {
		return nil, models.Invalid("cv", refused)
	}
	cv := form.newCV(kind)
	if err := h.put(c.Request().Context(), cv, form); err != nil {
		h.Log.ErrorContext(c.Request().Context(), "CV not stored", "request_id", web.RequestID(c), "error", err.Error())
		return nil, models.Invalid("cv", "apply.error.cv_storage")
	}
	return cv, nil
}

// words puts what was written back into an application's form.
func (b *candidateBody) words(id string, in models.OwnWords) {
	for i := range b.Apps {
		if b.Apps[i].ID.String() == id {
			b.Apps[i].Input, b.Apps[i].Bad = in, true
		}
	}
}

// SaveLearns takes what a colleague may learn of an application.
func (h *Handlers) SaveLearns(c echo.Context) error {
	hidden(c)
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := h.DB.AllowColleague(c.Request().Context(), c.Param("token"), id, c.FormValue("learns")); err != nil {
		return h.refused(c, err, nil)
	}
	return h.done(c, "learns", "app-"+id.String())
}

// SavePool takes the answer about later jobs.
func (h *Handlers) SavePool(c echo.Context) error {
	hidden(c)
	answer := c.FormValue("answer")
	if answer != "yes" && answer != "no" {
		return h.refused(c, models.Invalid("answer", "error.choose"), nil)
	}
	if err := h.DB.JoinPool(c.Request().Context(), c.Param("token"), answer == "yes"); err != nil {
		return h.refused(c, err, nil)
	}
	return h.done(c, "pool_"+answer, "pool")
}

type withdrawBody struct {
	At  string
	App models.OwnApplication
}

// WithdrawForm asks whether an application is really to be withdrawn.
func (h *Handlers) WithdrawForm(c echo.Context) error {
	return h.own(c, func(p models.OwnPage) error {
		for _, a := range p.Applications {
			if a.ID.String() == c.QueryParam("application") && a.Withdrawable() {
				page := h.Page(c, h.Printer(c).T("candidate.withdraw.title"), withdrawBody{At: ownAddress(c), App: a})
				page.NoIndex = true
				return h.RenderPage(c, http.StatusOK, "public/candidate_withdraw.html", page)
			}
		}
		return c.Redirect(http.StatusSeeOther, ownAddress(c)+"#applications")
	})
}

// Withdraw withdraws an application.
func (h *Handlers) Withdraw(c echo.Context) error {
	hidden(c)
	id, err := ownID(c)
	if err == nil {
		var app models.Application
		if app, err = h.DB.Withdraw(c.Request().Context(), c.Param("token"), id); err == nil {
			return h.done(c, "withdrawn", "app-"+app.ID.String())
		}
	}
	return h.refused(c, err, nil)
}

// Resume takes a withdrawal back.
func (h *Handlers) Resume(c echo.Context) error {
	hidden(c)
	id, err := ownID(c)
	if err == nil && id == nil {
		err = models.Invalid("application", "candidate.error.which")
	}
	if err == nil {
		if _, err = h.DB.Resume(c.Request().Context(), c.Param("token"), *id); err == nil {
			return h.done(c, "resumed", "app-"+id.String())
		}
	}
	return h.refused(c, err, nil)
}

// EndLinks ends all other links to the page.
func (h *Handlers) EndLinks(c echo.Context) error {
	hidden(c)
	if _, err := h.DB.KeepOnlyToken(c.Request().Context(), c.Param("token")); err != nil {
		return h.refused(c, err, nil)
	}
	return h.done(c, "links", "stored")
}

type eraseBody struct {
	models.OwnPage
	At    string
	Files int
	Done  bool
}

// EraseForm says what goes and what stays, and asks.
func (h *Handlers) EraseForm(c echo.Context) error {
	return h.own(c, func(p models.OwnPage) error {
		body := eraseBody{OwnPage: p, At: ownAddress(c)}
		for _, a := range p.Applications {
			if a.CVKey != "" {
				body.Files++
			}
		}
		page := h.Page(c, h.Printer(c).T("candidate.erase.title"), body)
		page.NoIndex = true
		return h.RenderPage(c, http.StatusOK, "public/candidate_erase.html", page)
	})
}

// Erase erases the candidate. The link ends with it, so the answer is the last page that it shows.
func (h *Handlers) Erase(c echo.Context) error {
	hidden(c)
	ctx := context.WithoutCancel(c.Request().Context())
	who, err := h.DB.CandidateByToken(ctx, c.Param("token"))
	if err == nil {
		err = h.DB.EraseOwn(ctx, c.Param("token"))
	}
	if errors.Is(err, models.ErrNotFound) {
		return h.linkEnded(c)
	}
	if err != nil {
		return err
	}
	web.Speak(c, who.Language)
	page := h.Page(c, h.Printer(c).T("candidate.erased.title"), eraseBody{Done: true})
	page.NoIndex = true
	return h.RenderPage(c, http.StatusOK, "public/candidate_erase.html", page)
}
