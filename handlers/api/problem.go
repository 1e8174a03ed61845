package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kollega/handlers/web"
)

// problem is an error's answer as huma writes it.
type problem struct{ web.Problem }

// GetStatus is the answer's status.
func (p *problem) GetStatus() int { return p.Status }

// Error is the problem in a word, for logs.
func (p *problem) Error() string { return p.Title }

// ContentType is RFC 9457's.
func (p *problem) ContentType(string) string { return "application/problem+json" }

// problem turns what a call returned into its answer.
func (a *asking) problem(err error) *problem {
	code := a.app.Fail(a.echo, err)
	return &problem{a.app.Problem(a.echo, code, err)}
}

// newProblem is huma's own refusal: a body or parameter of another shape than described. Nothing that was sent is repeated.
func newProblem(status int, detail string, errs ...error) huma.StatusError {
	p := &problem{web.Problem{Type: "about:blank", Status: status, Detail: detail}}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if status >= 500 || !errors.As(err, &d) {
			continue
		}
		at := d.ErrorDetail()
		if strings.HasPrefix(at.Location, "path.") { // an id of another shape is the id of nothing
			p.Status, p.Detail, p.Errors = http.StatusNotFound, "", nil
			break
		}
		p.Errors = append(p.Errors, web.ProblemField{Location: field(at.Location), Message: at.Message})
	}
	p.Title = http.StatusText(p.Status)
	return p
}

// field is where a refused value stands, without whether it came by body or query: as models name their fields.
func field(location string) string {
	for _, part := range []string{"body.", "query."} {
		if name, ok := strings.CutPrefix(location, part); ok {
			return name
		}
	}
	return location
}
