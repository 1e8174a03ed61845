// Package web is what all pages share: who asks, rendering, errors, security.
package web

import (
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"kollega/handlers/front"
	"kollega/handlers/live"
	"kollega/handlers/views"
	"kollega/internal/account"
	"kollega/internal/i18n"
	"kollega/internal/inbox"
	"kollega/models"
	"kollega/storage"
	"kollega/tracking"
)

// App is what the handlers stand on.
type App struct {
	DB        *models.DB
	Store     *storage.Store
	Tracker   *tracking.Tracker
	Directory *tracking.Directory // links, open jobs and the house, from memory
	Live      *live.Hub           // tells open pages what has changed
	Inbox     *inbox.Inbox        // applications on this machine's disk, while an engine is away
	Texts     *i18n.Bundle
	Sessions  *scs.SessionManager
	BaseURL   *url.URL // where people reach this installation, without a path
	Log       *slog.Logger
	Now       func() time.Time

	SetupCode    string            // the one-time code of the first run; empty when set-up is done
	Trusted      []string          // CIDR ranges of proxies whose X-Forwarded-For counts
	Bucket       string            // first path element of the embedded object store, empty when there is none
	Objects      http.Handler      // the embedded object store, nil when another S3 is configured
	UploadOrigin string            // scheme and host that parts of a clip are sent to, where that is not us
	Account      *account.Provider // of the house's own accounts, nil without one
	Transcribes  string            // host of the service that writes drafts of captions, empty without one
	Checks       map[string]Check  // engines that /readyz asks, by name

	Views *views.Views

	front front.Answer             // of the route that has one
	long  map[string]bool          // paths of the routes whose answers take what they take
	took  *prometheus.HistogramVec // time to answer
}

// Front answers plain requests before net/http, where a route says so. It knows the routes once they are mounted.
func (a *App) Front(dst []byte, c *front.Click) ([]byte, bool) {
	if a.front == nil {
		return dst, false
	}
	return a.front(dst, c)
}

// Organisation is the house; its Name is empty before the set-up.
func (a *App) Organisation() models.Organisation { return a.Directory.House() }

// URL is the absolute address of a path of ours.
func (a *App) URL(path string) string { return a.BaseURL.String() + path }

// PartsOrigin is the scheme and host that parts of a clip are sent to.
func (a *App) PartsOrigin() string {
	if a.UploadOrigin != "" {
		return a.UploadOrigin
	}
	return a.BaseURL.Scheme + "://" + a.BaseURL.Host
}

// Secure tells whether people reach us over https.
func (a *App) Secure() bool { return a.BaseURL.Scheme == "https" }

// Role is who may ask a route.
type Role string

// The roles of the route table.
const (
	Public   Role = "public" // everybody, signed in or not
	Guest    Role = "guest"  // everybody; who is signed in already is sent home
	Anyone   Role = "anyone" // everybody, signed in or not, with a session
	Employee Role = models.RoleEmployee
	Leader   Role = models.RoleLeader
	HR       Role = models.RoleHR
	Admin    Role = models.RoleAdmin

	Directory Role = "directory" // the house's directory, by its token; no person, whoever it is
)

// Route is one line of the route table.
type Route struct {
	Method  string
	Path    string
	Role    Role
	Handler echo.HandlerFunc
	Limit   string // largest body, as "1M"; empty means 1M
	long    bool
	front   func() front.Answer
}

// Long is the route of a file: packing it again costs much and gains nothing, and a slow phone takes its time.
func (r Route) Long() Route {
	r.long = true
	return r
}

// UpTo is the route with a larger body allowed, as "12M".
func (r Route) UpTo(limit string) Route {
	r.Limit = limit
	return r
}

// InFront is the route with a short way, made when the route is mounted: plain requests for it are answered before net/http,
// just as Handler would.
func (r Route) InFront(answer func() front.Answer) Route {
	r.front = answer
	return r
}
