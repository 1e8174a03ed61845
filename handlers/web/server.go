package web

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"kollega/static"
)

// AnswerWithin is how long an answer may take; media take what they take.
const AnswerWithin = 30 * time.Second

// Echo is an echo with our error handler, logging and headers, and no routes yet.
func (a *App) Echo(reg prometheus.Registerer) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = a.HandleError
	e.IPExtractor = ClientIP(a.Trusted)
	e.Use(requestID, a.logRequests(), a.metrics(reg), recovered, a.headers, a.setUpFirst,
		middleware.ContextTimeoutWithConfig(middleware.ContextTimeoutConfig{Timeout: AnswerWithin, Skipper: a.isLong}),
		middleware.GzipWithConfig(middleware.GzipConfig{MinLength: 1024, Skipper: a.isLong}))
	return e
}

// Mount adds routes with what their role asks for.
func (a *App) Mount(e *echo.Echo, routes []Route) {
	if a.long == nil {
		a.long = map[string]bool{}
	}
	for _, r := range routes {
		a.long[r.Path] = a.long[r.Path] || r.long
		limit := r.Limit
		if limit == "" {
			limit = "1M"
		}
		h := middleware.BodyLimit(limit)(r.Handler)
		switch r.Role {
		case Public:
		case Directory:
			h = noStore(a.byDirectory(a.visible(h)))
		default:
			h = noStore(a.withSession(a.require(r.Role, a.visible(h))))
		}
		e.Add(r.Method, r.Path, h)
		if r.front != nil {
			a.front = r.front()
		}
	}
}

// Visible makes whoever changes something see it on the very next page: the answer waits until the directory has the change.
func (a *App) Visible(c echo.Context) {
	if m := c.Request().Method; m == http.MethodGet || m == http.MethodHead {
		return
	}
	c.Response().Before(func() {
		if c.Response().Status < http.StatusBadRequest {
			a.Directory.Sync(c.Request().Context())
		}
	})
}

func (a *App) visible(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		a.Visible(c)
		return next(c)
	}
}

// Handler is the whole program over HTTP: the embedded object store is met before echo, which would lose a status after 100 Continue.
func (a *App) Handler(e *echo.Echo) http.Handler {
	assets := http.StripPrefix("/static/", static.Handler())
	pages := CrossOrigin(e)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case a.Objects != nil && strings.HasPrefix(r.URL.Path, "/"+a.Bucket+"/"):
			a.Objects.ServeHTTP(w, r)
		case strings.HasPrefix(r.URL.Path, "/static/"):
			assets.ServeHTTP(w, r)
		default:
			pages.ServeHTTP(w, r)
		}
	})
}

// recovered turns a panic into an error, so that one request never ends the program.
func recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return middleware.RecoverWithConfig(middleware.RecoverConfig{
		DisableErrorHandler: true,
		LogErrorFunc: func(_ echo.Context, err error, stack []byte) error {
			return errors.Join(err, errors.New(string(stack)))
		},
	})(next)
}

// LivePath is where open pages hear of changes.
const LivePath = "/live"

// isLong tells the routes that the table says it of.
func (a *App) isLong(c echo.Context) bool { return a.long[c.Path()] }
