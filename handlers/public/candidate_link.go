package public

import (
	"errors"
	"math"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// linkBody is the form for a new link to the candidate's page.
type linkBody struct {
	Email string
	Sent  bool
	Ended bool // they came by a link that leads nowhere any more
}

// CandidateLinkForm asks for the address that a new link should be sent to.
func (h *Handlers) CandidateLinkForm(c echo.Context) error {
	hidden(c)
	return h.candidateLink(c, http.StatusOK, nil, linkBody{})
}

// CandidateLink says the same whether there is such a candidate or not.
func (h *Handlers) CandidateLink(c echo.Context) error {
	hidden(c)
	body := linkBody{Email: c.FormValue("email")}
	err := h.DB.RequestCandidateLink(c.Request().Context(), body.Email, c.RealIP())
	code, bad, err := h.mailRefused(c, err)
	if err != nil {
		return err
	}
	body.Sent = len(bad) == 0
	return h.candidateLink(c, code, bad, body)
}

func (h *Handlers) candidateLink(c echo.Context, code int, bad models.ValidationErrors, body linkBody) error {
	page := h.Page(c, h.Printer(c).T("candidate.link.title"), body)
	page.NoIndex, page.Errors = true, bad
	return h.RenderPage(c, code, "public/candidate_link.html", page)
}

// mailRefused is what to answer to a form with an address alone: status and refused field; other errors are passed on.
func (h *Handlers) mailRefused(c echo.Context, err error) (int, models.ValidationErrors, error) {
	if err == nil {
		return http.StatusOK, nil, nil
	}
	var slow *models.TooManyError
	if errors.As(err, &slow) {
		web.RetryAfter(c, err)
		return http.StatusTooManyRequests, models.ValidationErrors{models.Invalid("email", "candidate.link.slow", "Minutes", int(math.Ceil(slow.Wait.Minutes())))}, nil
	}
	if bad, ok := web.Refused(err); ok {
		return http.StatusUnprocessableEntity, bad, nil
	}
	return 0, nil, err
}
