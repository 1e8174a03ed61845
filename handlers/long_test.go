package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"kollega/handlers"
	"kollega/handlers/web"
)

// TestFilesHaveTheirTime holds that a slow line may take longer for a file than for a page, and that pages do end.
func TestFilesHaveTheirTime(t *testing.T) {
	t.Parallel()
	s := walker(t)
	e := s.App.Echo(prometheus.NewRegistry())
	left := map[string]time.Duration{} // until the answer must be there
	var routes []web.Route
	for _, r := range handlers.Routes(s.App) {
		if r.Method == http.MethodGet {
			r.Role = web.Public // who asks is another test's matter
			r.Handler = func(c echo.Context) error {
				if end, bound := c.Request().Context().Deadline(); bound {
					left[c.Path()] = time.Until(end)
				}
				return c.NoContent(http.StatusNoContent)
			}
			routes = append(routes, r)
		}
	}
	s.App.Mount(e, routes)
	for _, r := range routes {
		path := strings.NewReplacer(":", "").Replace(r.Path)
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		name := r.Path[strings.LastIndex(r.Path, "/")+1:]
		isFile := strings.HasPrefix(r.Path, "/cuts/") || strings.Contains(r.Path, "/media/") || strings.HasSuffix(r.Path, "/pictures/:picture") || name == "cv" || strings.HasSuffix(r.Path, "/exports/:id") ||
			strings.HasSuffix(name, ".zip") || r.Path == "/settings/audit.csv" || r.Path == web.LivePath
		if _, bound := left[r.Path]; bound == isFile {
			t.Errorf("%s: bound to %s is %v, want %v", r.Path, web.AnswerWithin, bound, !isFile)
		}
	}
}
