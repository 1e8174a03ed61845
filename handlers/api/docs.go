package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"
)

// document is what describes the API: for programs as OpenAPI, for people as the parts of a page.
type document struct {
	openAPI []byte
	calls   []docCall
}

// docCall is one call on the page; what is in words is named by translation keys.
type docCall struct {
	ID, Method, Path, Role string
	Parameters             []docField
	Body                   []docField
	BodyTypes              string // media types, where the body is a file
	Statuses               []string
	Answer                 []docField
}

// docField is a parameter, or a field of a body: "skills[].name".
type docField struct {
	Name, Type string
	Required   bool
	Doc        string // translation key, may be empty
}

// describe writes the document. Descriptions are translation keys until now; here they become English for programs.
func (h *Handlers) describe(doc *huma.OpenAPI) error {
	r := doc.Components.Schemas
	english := h.Texts.For("en")
	for _, o := range h.operations() {
		op := o.in(doc)
		h.doc.calls = append(h.doc.calls, describeCall(r, op, string(o.Role)))
		for _, p := range op.Parameters {
			if p.Description != "" {
				p.Description = english.T(p.Description)
				p.Schema.Description = ""
			}
		}
	}
	for _, s := range r.Map() {
		for _, field := range s.Properties {
			if strings.HasPrefix(field.Description, "api.") {
				field.Description = english.T(field.Description)
			}
		}
	}
	var err error
	if h.doc.openAPI, err = json.Marshal(doc); err != nil {
		return fmt.Errorf("describe the API: %w", err)
	}
	return nil
}

// in is the operation's description in doc.
func (o operation) in(doc *huma.OpenAPI) *huma.Operation {
	item := doc.Paths[o.open]
	switch o.Method {
	case http.MethodGet:
		return item.Get
	case http.MethodPut:
		return item.Put
	case http.MethodPatch:
		return item.Patch
	}
	return item.Post
}

func describeCall(r huma.Registry, op *huma.Operation, role string) docCall {
	c := docCall{ID: op.OperationID, Method: op.Method, Path: op.Path, Role: role}
	for _, p := range op.Parameters {
		c.Parameters = append(c.Parameters, docField{Name: p.Name, Type: word(p.Schema), Required: p.Required, Doc: p.Description})
	}
	if op.RequestBody != nil {
		if body := op.RequestBody.Content["application/json"]; body != nil {
			c.Body = fields(r, "", body.Schema)
		} else {
			c.BodyTypes = strings.Join(slices.Sorted(maps.Keys(op.RequestBody.Content)), ", ")
		}
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		if status[0] != '2' {
			continue
		}
		c.Statuses = append(c.Statuses, status)
		if body := op.Responses[status].Content["application/json"]; body != nil {
			c.Answer = fields(r, "", body.Schema)
		}
	}
	return c
}

// fields are the fields of an object and of those in it, in the order of the Go type.
func fields(r huma.Registry, before string, s *huma.Schema) []docField {
	if s == nil || s.Ref == "" {
		return nil
	}
	object := r.SchemaFromRef(s.Ref)
	var all []docField
	seen := map[string]bool{}
	for _, f := range reflect.VisibleFields(r.TypeFromRef(s.Ref)) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		p := object.Properties[name]
		if p == nil || seen[name] {
			continue
		}
		seen[name] = true
		all = append(all, docField{before + name, word(p), slices.Contains(object.Required, name), p.Description})
		if p.Type == huma.TypeArray {
			all = append(all, fields(r, before+name+"[].", p.Items)...)
		} else {
			all = append(all, fields(r, before+name+".", p)...)
		}
	}
	return all
}

// word is a type as readers of JSON know it.
func word(s *huma.Schema) string {
	switch {
	case len(s.Enum) > 0:
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			values[i] = fmt.Sprint(v)
		}
		return strings.Join(values, " | ")
	case s.Ref != "":
		return huma.TypeObject
	case s.Type == huma.TypeArray:
		return word(s.Items) + "[]"
	case s.Format == "uuid" || s.Format == "date-time":
		return s.Format
	}
	return s.Type
}

// OpenAPI answers the document for programs.
func (h *Handlers) OpenAPI(c echo.Context) error {
	return c.Blob(http.StatusOK, "application/json", h.doc.openAPI)
}

// docsBody is the page's own part.
type docsBody struct {
	Base  string
	Calls []docCall
}

// Docs is the document for people.
func (h *Handlers) Docs(c echo.Context) error {
	return h.Render(c, "plain/api.html", h.Printer(c).T("api.title"), docsBody{Base: h.URL(prefix), Calls: h.doc.calls})
}
