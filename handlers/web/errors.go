package web

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	scimerrors "github.com/elimity-com/scim/errors"
	"github.com/labstack/echo/v4"

	"kollega/models"
	"kollega/storage"
)

// Problem is an error of the JSON API, as RFC 9457 has it.
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Errors []ProblemField `json:"errors,omitempty"`
}

// ProblemField is one refused field of a request.
type ProblemField struct {
	Location string `json:"location"`
	Message  string `json:"message"`
}

// status is what err means over HTTP; 500 for what nobody foresaw.
func status(err error) int {
	var he *echo.HTTPError
	var ve *models.ValidationError
	var ves models.ValidationErrors
	var slow *models.TooManyError
	switch {
	case errors.Is(err, models.ErrNotFound), errors.Is(err, storage.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, models.ErrForbidden):
		return http.StatusForbidden
	case errors.Is(err, models.ErrConflict):
		return http.StatusConflict
	case errors.As(err, &ve), errors.As(err, &ves):
		return http.StatusUnprocessableEntity
	case errors.As(err, &slow):
		return http.StatusTooManyRequests
	case errors.As(err, &he):
		return he.Code
	case errors.Is(err, http.ErrNotMultipart), errors.Is(err, http.ErrMissingBoundary), models.Unstorable(err):
		return http.StatusBadRequest
	case models.Unavailable(err), storage.Unavailable(err), errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// HandleError answers err once, as a page or as a problem, in words that give nothing inside away.
func (a *App) HandleError(err error, c echo.Context) {
	if c.Response().Committed || errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil {
		return
	}
	code := a.Fail(c, err)
	var werr error
	switch {
	case c.Request().Method == http.MethodHead:
		werr = c.NoContent(code)
	case wantsJSON(c):
		werr = a.problem(c, code, err)
	default:
		werr = a.errorPage(c, code, err)
	}
	if werr != nil {
		a.Log.ErrorContext(c.Request().Context(), "error page failed", "request_id", RequestID(c), "error", werr.Error())
	}
}

// Fail is the status that answers err, with the headers that go with it set; what is ours to mend is logged.
func (a *App) Fail(c echo.Context, err error) int {
	code := status(err)
	if code >= 500 {
		a.Log.ErrorContext(c.Request().Context(), "request failed", "request_id", RequestID(c), "route", c.Path(), "status", code, "error", err.Error())
	}
	if code == http.StatusServiceUnavailable {
		c.Response().Header().Set("Retry-After", "10")
	}
	RetryAfter(c, err)
	c.Response().Header().Set("Cache-Control", "no-store")
	return code
}

// RetryAfter tells programs how long to wait, where err is about trying too often.
func RetryAfter(c echo.Context, err error) {
	var slow *models.TooManyError
	if errors.As(err, &slow) {
		c.Response().Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(slow.Wait.Seconds())))))
	}
}

// WaitSentence says at a field how long to wait before the next try.
func WaitSentence(field string, wait time.Duration) *models.ValidationError {
	if wait > 90*time.Second {
		return models.Invalid(field, "login.slow.minutes", "Minutes", int(math.Ceil(wait.Minutes())))
	}
	return models.Invalid(field, "login.slow.seconds", "Seconds", max(1, int(math.Ceil(wait.Seconds()))))
}

func wantsJSON(c echo.Context) bool {
	r := c.Request()
	return forPrograms(r.URL.Path) || strings.Contains(r.Header.Get("Accept"), "application/json") ||
		strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
}

// Sentence is what people read about err, in the printer's language.
func (a *App) Sentence(c echo.Context, err error) string {
	p := a.Printer(c)
	var ce *models.ConflictError
	var ve *models.ValidationError
	var ves models.ValidationErrors
	switch {
	case errors.As(err, &ce):
		return p.T(ce.Key)
	case errors.As(err, &ve):
		return p.T(ve.Key, ve.Args)
	case errors.As(err, &ves):
		return p.T(ves[0].Key, ves[0].Args)
	}
	return p.T(errorKey(status(err)) + ".text")
}

func (a *App) problem(c echo.Context, code int, err error) error {
	if strings.HasPrefix(c.Request().URL.Path, "/scim/") {
		return DirectoryError(c, code)
	}
	c.Response().Header().Set(echo.HeaderContentType, "application/problem+json")
	c.Response().WriteHeader(code)
	return json.NewEncoder(c.Response()).Encode(a.Problem(c, code, err))
}

// DirectoryError answers the house's directory as RFC 7644, 3.12 has it.
func DirectoryError(c echo.Context, code int) error {
	b, err := scimerrors.ScimError{Status: code, Detail: http.StatusText(code)}.MarshalJSON()
	if err != nil {
		return err
	}
	return c.Blob(code, "application/scim+json", b)
}

// Problem describes err for a program that asked.
func (a *App) Problem(c echo.Context, code int, err error) Problem {
	p := Problem{Type: "about:blank", Title: http.StatusText(code), Status: code}
	var ves models.ValidationErrors
	var ve *models.ValidationError
	var ce *models.ConflictError
	switch {
	case errors.As(err, &ves):
	case errors.As(err, &ve):
		ves = models.ValidationErrors{ve}
	}
	if len(ves) > 0 || errors.As(err, &ce) {
		p.Detail = a.Sentence(c, err)
	}
	for _, f := range ves {
		p.Errors = append(p.Errors, ProblemField{Location: f.Field, Message: a.Printer(c).T(f.Key, f.Args)})
	}
	return p
}

type errorBody struct {
	Code int
	Text string
	ID   string
}

func (a *App) errorPage(c echo.Context, code int, err error) error {
	key := errorKey(code)
	page := a.Page(c, a.Printer(c).T(key+".title"), errorBody{Code: code, Text: a.Sentence(c, err), ID: RequestID(c)})
	return a.RenderPage(c, code, "plain/error.html", page)
}

// errorKeys are the translation keys of the statuses that have words of their own.
var errorKeys = map[int]string{
	400: "error.bad_request", 401: "error.sign_in", 403: "error.forbidden", 404: "error.not_found", 405: "error.not_found",
	409: "error.conflict", 413: "error.too_large", 422: "error.invalid", 429: "error.too_many", 503: "error.unavailable",
}

// errorKey is the translation key for a status; those without words of their own get their class's.
func errorKey(code int) string {
	if key, ok := errorKeys[code]; ok {
		return key
	}
	if code < 500 {
		return errorKeys[400]
	}
	return "error.internal"
}
