package hr

import (
	"github.com/labstack/echo/v4"

	"kollega/models"
)

// rulesForm is what the house promises candidates and how long it keeps what it has of them.
type rulesForm struct {
	PromiseNew       int `form:"promise_new"`
	PromiseScreening int `form:"promise_screening"`
	PromiseInterview int `form:"promise_interview"`
	PromiseOffer     int `form:"promise_offer"`
	KeepRejected     int `form:"keep_rejected"`
	KeepWithdrawn    int `form:"keep_withdrawn"`
	KeepHired        int `form:"keep_hired"`
	KeepOpen         int `form:"keep_open"`
	PoolMonths       int `form:"pool_months"`
	OwnershipMonths  int `form:"ownership_months"`
}

type ruleField struct {
	Name  string
	Value int
}

// rulesBody is the form's fields in groups.
type rulesBody struct{ Promises, Keep, Others []ruleField }

func (f rulesForm) body() rulesBody {
	return rulesBody{
		Promises: []ruleField{
			{"promise_new", f.PromiseNew},
			{"promise_screening", f.PromiseScreening},
			{"promise_interview", f.PromiseInterview},
			{"promise_offer", f.PromiseOffer},
		},
		Keep: []ruleField{
			{"keep_rejected", f.KeepRejected},
			{"keep_withdrawn", f.KeepWithdrawn},
			{"keep_hired", f.KeepHired},
			{"keep_open", f.KeepOpen},
			{"pool_months", f.PoolMonths},
		},
		Others: []ruleField{{"ownership_months", f.OwnershipMonths}},
	}
}

// Rules shows the promises to candidates and the times that things are kept.
func (h *Handlers) Rules(c echo.Context) error {
	r, err := h.DB.CandidateRules(c.Request().Context())
	if err != nil {
		return err
	}
	return h.Render(c, "hr/rules.html", h.Printer(c).T("rules.title"), rulesForm(r).body())
}

// SaveRules changes them.
func (h *Handlers) SaveRules(c echo.Context) error {
	var in rulesForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	if err := h.DB.SaveCandidateRules(c.Request().Context(), models.CandidateRules(in)); err != nil {
		return h.RenderInvalid(c, err, "hr/rules.html", h.Printer(c).T("rules.title"), in.body())
	}
	return h.Done(c, nil, "rules.saved", "/hr/rules")
}
