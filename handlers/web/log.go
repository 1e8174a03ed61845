package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"
)

const ctxRequestID = "web.request_id"

// RequestID is the request's random number, in its logs and on its error page.
func RequestID(c echo.Context) string {
	id, _ := c.Get(ctxRequestID).(string)
	return id
}

func requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := uuid.New().String()
		c.Set(ctxRequestID, id)
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		return next(c)
	}
}

// logRequests writes a line for each request: route, not address, so that no code, token or person is in the log.
func (a *App) logRequests() echo.MiddlewareFunc {
	return middleware.RequestLoggerWithConfig(middleware.RequestLoggerConfig{
		HandleError: true, LogStatus: true, LogLatency: true, LogMethod: true, LogRoutePath: true, LogResponseSize: true,
		LogValuesFunc: func(c echo.Context, v middleware.RequestLoggerValues) error {
			a.Log.LogAttrs(context.WithoutCancel(c.Request().Context()), slog.LevelDebug, "request",
				slog.String("request_id", RequestID(c)), slog.String("method", v.Method), slog.String("route", v.RoutePath),
				slog.Int("status", v.Status), slog.Duration("took", v.Latency), slog.Int64("bytes", v.ResponseSize))
			return nil
		},
	})
}

// metrics counts requests and their time by route and status class.
func (a *App) metrics(reg prometheus.Registerer) echo.MiddlewareFunc {
	took := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "kollega_http_request_seconds", Help: "Time to answer a request, by route and status class.",
		Buckets: []float64{.001, .005, .02, .1, .5, 2, 10},
	}, []string{"method", "route", "status"})
	reg.MustRegister(took)
	a.took = took
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			err := next(c)
			if err != nil {
				c.Error(err)
			}
			route := c.Path()
			if route == "" {
				route = "none" // what no route matches must not make a label each
			}
			if strings.HasPrefix(c.Response().Header().Get(echo.HeaderContentType), "text/event-stream") {
				return nil // it took as long as the page was open
			}
			took.WithLabelValues(c.Request().Method, route, statusClass(c.Response().Status)).Observe(time.Since(start).Seconds())
			return nil
		}
	}
}

func statusClass(status int) string { return string("012345"[min(status/100, 5)]) + "xx" }

// Took is where a route's answers of a status are measured, for those that take the short way.
func (a *App) Took(method, route string, status int) prometheus.Observer {
	return a.took.WithLabelValues(method, route, statusClass(status))
}

// ClientIP finds the asker's address; X-Forwarded-For counts only from the trusted ranges of proxies.
func ClientIP(trusted []string) func(*http.Request) string {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, cidr := range trusted {
		if _, network, err := net.ParseCIDR(cidr); err == nil { // checked when the configuration was read
			options = append(options, echo.TrustIPRange(network))
		}
	}
	return echo.ExtractIPFromXFFHeader(options...)
}
