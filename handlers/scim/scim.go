// Package scim is what the house's directory asks: SCIM 2.0 (RFC 7643, RFC 7644) for people and groups, by a token of the house.
package scim

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/elimity-com/scim"
	scimerrors "github.com/elimity-com/scim/errors"
	"github.com/elimity-com/scim/optional"
	"github.com/elimity-com/scim/schema"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// Prefix is what every path begins with.
const Prefix = "/scim/v2"

// mostResults is how many are listed at once.
const mostResults = 200

// Handlers answers the directory.
type Handlers struct {
	*web.App

	server func() (scim.Server, error)
	pace   pace
}

// New makes the answers on what all pages share.
func New(a *web.App) *Handlers {
	h := &Handlers{App: a}
	h.server = sync.OnceValues(h.newServer)
	return h
}

// leniently makes the library take "True" for true, as Entra ID writes it; it has one such setting for the whole program.
var leniently = sync.OnceFunc(func() { schema.SetAllowStringValues(true) })

func (h *Handlers) newServer() (scim.Server, error) {
	leniently()
	return scim.NewServer(&scim.ServerArgs{
		ServiceProviderConfig: &scim.ServiceProviderConfig{
			MaxResults: mostResults, SupportFiltering: true, SupportPatch: true,
			AuthenticationSchemes: []scim.AuthenticationScheme{{
				Type: scim.AuthenticationTypeOauthBearerToken, Name: "Bearer token", Description: "A token that an administrator makes under Settings", Primary: true,
				SpecURI: optional.NewString("https://www.rfc-editor.org/info/rfc6750"),
			}},
		},
		ResourceTypes: []scim.ResourceType{
			{ID: optional.NewString("User"), Name: "User", Endpoint: "/Users", Description: optional.NewString("People of the house"), Schema: userSchema(), Handler: users{h}},
			{ID: optional.NewString("Group"), Name: "Group", Endpoint: "/Groups", Description: optional.NewString("Groups, which give roles and teams"), Schema: groupSchema(), Handler: groups{h}},
		},
	}, scim.WithBaseURL(h.URL(Prefix)))
}

// Serve answers every path under Prefix that is in the route table.
func (h *Handlers) Serve(c echo.Context) error {
	if err := h.pace.take(web.DirectoryToken(c), h.Now()); err != nil {
		return err
	}
	server, err := h.server()
	if err != nil {
		return err
	}
	trouble := &failure{}
	r := c.Request().WithContext(context.WithValue(c.Request().Context(), failureKey{}, trouble))
	if err := lenient(r); err != nil {
		return err
	}
	out := &answer{head: http.Header{}, status: http.StatusOK}
	http.StripPrefix("/scim", server).ServeHTTP(out, r)
	if trouble.err != nil { // the library would say what is inside
		return web.DirectoryError(c, h.Fail(c, trouble.err))
	}
	for name, values := range out.head {
		c.Response().Header()[name] = values
	}
	c.Response().WriteHeader(out.status)
	_, err = c.Response().Write(out.body.Bytes())
	return err
}

// answer is one that is held back until it is known whether it stands.
type answer struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

// Header is the answer's.
func (a *answer) Header() http.Header { return a.head }

// WriteHeader notes the status.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write notes a part of the body.
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

// failure is what went wrong that the directory is not told.
type failure struct{ err error }

type failureKey struct{}

// told is err as the directory is told of it.
func (h *Handlers) told(r *http.Request, err error, id string) error {
	var conflict *models.ConflictError
	bad, refused := web.Refused(err)
	switch {
	case err == nil:
		return nil
	case refused:
		return scimerrors.ScimError{ScimType: scimerrors.ScimTypeInvalidValue, Status: http.StatusBadRequest, Detail: bad[0].Field + ": " + h.Texts.For("en").T(bad[0].Key, bad[0].Args)}
	case errors.Is(err, models.ErrNotFound):
		return scimerrors.ScimErrorResourceNotFound(id)
	case errors.As(err, &conflict):
		return scimerrors.ScimError{Status: http.StatusConflict, Detail: h.Texts.For("en").T(conflict.Key)}
	case errors.Is(err, models.ErrConflict):
		return scimerrors.ScimErrorUniqueness
	}
	var known scimerrors.ScimError
	if errors.As(err, &known) {
		return known
	}
	if f, ok := r.Context().Value(failureKey{}).(*failure); ok {
		f.err = err
	}
	return scimerrors.ScimErrorInternal
}
