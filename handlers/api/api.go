// Package api is the JSON API: what other programs ask, with a person's token.
package api

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"kollega/handlers/upload"
	"kollega/handlers/web"
	"kollega/models"
)

// prefix is what every call's path begins with.
const prefix = "/api/v1"

// bodyTime is how long a caller may take to send a body.
const bodyTime = 30 * time.Second

// Handlers answers the API.
type Handlers struct {
	*web.App

	uploads upload.Uploads
	doc     document
}

// New makes the API on what all pages share.
func New(a *web.App) *Handlers {
	return &Handlers{App: a, uploads: upload.Uploads{DB: a.DB, Store: a.Store}}
}

// ownErrors makes huma's own refusals problems of our shape; it has one such setting for the whole program.
var ownErrors = sync.OnceFunc(func() { huma.NewError = newProblem })

// Mount adds all Operations to e, and writes the document that describes them.
func (h *Handlers) Mount(e *echo.Echo) error {
	ownErrors()
	config := huma.DefaultConfig("Kollega", "1")
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", "" // ours are in the route table
	config.CreateHooks = nil                                             // no $schema in answers
	config.Info.Description = h.Texts.For("en").T("api.lead")
	config.Servers = []*huma.Server{{URL: h.URL("")}}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	config.Security = []map[string][]string{{"token": {}}}
	a := humaecho.New(e, config)
	a.UseMiddleware(h.authenticate)
	for _, o := range h.operations() {
		o.mount(h, a)
	}
	h.App.Mount(e, h.pages())
	return h.describe(a.OpenAPI())
}

// asking is one request: who asks, and how to speak to them.
type asking struct {
	app  *web.App
	echo echo.Context
	user models.User
}

type askingKey struct{}

// by is the request that ctx belongs to.
func by(ctx context.Context) *asking { return ctx.Value(askingKey{}).(*asking) }

// authenticate finds whom the program acts as, and lets through those whom the call is for. Cookies do not count here.
func (h *Handlers) authenticate(ctx huma.Context, next func(huma.Context)) {
	c := humaecho.Unwrap(ctx)
	h.Visible(c)
	c.Response().Header().Set("Cache-Control", "no-store")
	u, err := h.Bearer(c)
	role, _ := ctx.Operation().Metadata["role"].(web.Role)
	switch {
	case errors.Is(err, models.ErrNotFound):
		c.Response().Header().Set("WWW-Authenticate", "Bearer")
		err = echo.NewHTTPError(http.StatusUnauthorized)
	case err == nil && !u.Is(string(role)):
		err = models.ErrForbidden
	}
	if err != nil {
		h.HandleError(err, c)
		return
	}
	acting := models.AsToken(ctx.Context(), u)
	c.SetRequest(c.Request().WithContext(acting))
	next(huma.WithValue(huma.WithContext(ctx, acting), askingKey{}, &asking{app: h.App, echo: c, user: u}))
}
