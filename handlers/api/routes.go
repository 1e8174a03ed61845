package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kollega/handlers/web"
	"kollega/models"
)

// Operation is one call of the API and who may make it, with its path as the router has it.
type Operation struct {
	Method string
	Path   string
	Role   web.Role
}

// Operations are all calls of the API: its part of the route table.
func Operations() []Operation {
	var all []Operation
	h := New(&web.App{})
	for _, o := range h.operations() {
		all = append(all, o.Operation)
	}
	for _, r := range h.pages() {
		all = append(all, Operation{r.Method, r.Path, r.Role})
	}
	return all
}

// pages describe the calls, to programs and to people.
func (h *Handlers) pages() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Path: "/api/openapi.json", Role: web.Public, Handler: h.OpenAPI},
		{Method: http.MethodGet, Path: "/api/docs", Role: web.Public, Handler: h.Docs},
	}
}

// operations are the calls in the order they are described.
func (h *Handlers) operations() []operation {
	return []operation{
		call("add_user", web.HR, http.MethodPost, "/users", http.StatusCreated, h.addUser),
		call("add_job", web.HR, http.MethodPost, "/jobs", http.StatusCreated, h.addJob),
		call("list_jobs", web.Employee, http.MethodGet, "/jobs", http.StatusOK, h.listJobs),
		call("get_job", web.Employee, http.MethodGet, "/jobs/{id}", http.StatusOK, h.getJob),
		call("change_job", web.HR, http.MethodPatch, "/jobs/{id}", http.StatusOK, h.changeJob),
		call("add_clip", web.HR, http.MethodPost, "/jobs/{id}/clips", http.StatusCreated, h.addClip),
		call("complete_clip", web.HR, http.MethodPost, "/clips/{id}/complete", http.StatusAccepted, h.completeClip),
		call("get_clip", web.Employee, http.MethodGet, "/clips/{id}", http.StatusOK, h.getClip),
		call("change_clip", web.HR, http.MethodPatch, "/clips/{id}", http.StatusOK, h.changeClip),
		call("set_captions", web.HR, http.MethodPut, "/clips/{id}/captions/{lang}", http.StatusOK, h.setCaptions, captionsBody),
		call("publish_clip", web.HR, http.MethodPost, "/clips/{id}/publish", http.StatusOK, h.publishClip),
		call("make_link", web.Employee, http.MethodPost, "/links", http.StatusCreated, h.makeLink, alsoOK),
		call("make_cut", web.Employee, http.MethodPost, "/links/{id}/cuts", http.StatusOK, h.makeCut, alsoAccepted),
		call("list_links", web.Employee, http.MethodGet, "/links", http.StatusOK, h.listLinks),
		call("list_applications", web.Leader, http.MethodGet, "/applications", http.StatusOK, h.listApplications),
		call("move_application", web.HR, http.MethodPost, "/applications/{id}/stage", http.StatusOK, h.moveApplication),
		call("referrals", web.HR, http.MethodGet, "/reports/referrals", http.StatusOK, h.referrals),
	}
}

// operation is a call with what mounts it.
type operation struct {
	Operation

	open  string // its path as OpenAPI has it
	mount func(h *Handlers, api huma.API)
}

// call describes one call: its id, who may make it, where, what a success answers, and what does it. more changes the description.
func call[I, O any](id string, role web.Role, method, path string, success int, do func(context.Context, *I) (*O, error), more ...func(*huma.Operation)) operation {
	op := huma.Operation{
		OperationID: id, Method: method, Path: prefix + path, DefaultStatus: success, BodyReadTimeout: bodyTime,
		Metadata: map[string]any{"role": role}, Extensions: map[string]any{"x-role": string(role)},
	}
	for _, change := range more {
		change(&op)
	}
	at := strings.NewReplacer("{", ":", "}", "").Replace(op.Path)
	return operation{Operation{method, at, role}, op.Path, func(h *Handlers, api huma.API) {
		p := h.Texts.For("en")
		op.Summary, op.Description = p.T("api.call."+id), p.T("api.call."+id+".text")
		huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := do(ctx, in)
			if err != nil {
				return nil, by(ctx).problem(err)
			}
			return out, nil
		})
	}}
}

// alsoOK notes that a call answers 200 with the same link where nothing had to be made.
func alsoOK(op *huma.Operation) {
	op.Responses = map[string]*huma.Response{"200": holds("It stands already", "application/json", "Link"), "default": holds("Error", "application/problem+json", "Problem")}
}

// holds is an answer with a body of that named schema.
func holds(words, kind, schema string) *huma.Response {
	return &huma.Response{Description: words, Content: map[string]*huma.MediaType{kind: {Schema: &huma.Schema{Ref: "#/components/schemas/" + schema}}}}
}

// captionsBody notes that the body is a caption file.
func captionsBody(op *huma.Operation) {
	op.MaxBodyBytes = models.MaxCaptionBytes + 1
	text := func() *huma.MediaType { return &huma.MediaType{Schema: &huma.Schema{Type: "string"}} }
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"text/vtt": text(), "application/x-subrip": text()}}
}
