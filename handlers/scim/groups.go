package scim

import (
	"net/http"
	"slices"
	"strings"

	"github.com/elimity-com/scim"
	scimerrors "github.com/elimity-com/scim/errors"
	"github.com/elimity-com/scim/optional"
	"github.com/google/uuid"

	"kollega/models"
)

// groups answers about groups.
type groups struct{ *Handlers }

// Create makes a group.
func (g groups) Create(r *http.Request, attributes scim.ResourceAttributes) (scim.Resource, error) {
	name, external, members, err := readGroup(attributes)
	if err != nil {
		return scim.Resource{}, err
	}
	got, err := g.DB.AddDirectoryGroup(r.Context(), name, external, members)
	return g.resource(r, got), g.told(r, err, "")
}

// Get is one group.
func (g groups) Get(r *http.Request, id string) (scim.Resource, error) {
	found, _, err := g.DB.DirectoryGroups(r.Context(), models.DirectoryGroupFilter{ID: id, Count: 1, Bare: bare(r)})
	if err == nil && len(found) == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return scim.Resource{}, g.told(r, err, id)
	}
	return g.resource(r, found[0]), nil
}

// GetAll lists groups.
func (g groups) GetAll(r *http.Request, params scim.ListRequestParams) (scim.Page, error) {
	f := models.DirectoryGroupFilter{From: params.StartIndex, Count: params.Count, Bare: bare(r)}
	compared, err := equals(params)
	if err == nil {
		err = words(compared, map[string]*string{"id": &f.ID, "displayname": &f.Name, "externalid": &f.ExternalID, "members": &f.Member, "members.value": &f.Member})
	}
	if err != nil {
		return scim.Page{}, err
	}
	found, all, err := g.DB.DirectoryGroups(r.Context(), f)
	page := scim.Page{TotalResults: all, Resources: []scim.Resource{}}
	for _, one := range found {
		page.Resources = append(page.Resources, g.resource(r, one))
	}
	return page, g.told(r, err, "")
}

// Replace makes a group what is said.
func (g groups) Replace(r *http.Request, id string, attributes scim.ResourceAttributes) (scim.Resource, error) {
	name, external, members, err := readGroup(attributes)
	if err != nil {
		return scim.Resource{}, err
	}
	got, err := g.DB.ChangeDirectoryGroup(r.Context(), id, models.GroupChange{Name: &name, ExternalID: &external, Set: &members})
	return g.resource(r, got), g.told(r, err, id)
}

// Patch changes a group in parts.
func (g groups) Patch(r *http.Request, id string, operations []scim.PatchOperation) (scim.Resource, error) {
	var p groupPatch
	for _, o := range operations {
		if err := p.apply(o); err != nil {
			return scim.Resource{}, err
		}
	}
	got, err := g.DB.ChangeDirectoryGroup(r.Context(), id, p.change())
	if err == nil && r.URL.Query().Get("attributes") == "" {
		return scim.Resource{}, nil // 204, as Entra ID wants it: a group may have thousands of members
	}
	return g.resource(r, got), g.told(r, err, id)
}

// Delete removes a group; what it gave, its people have no more.
func (g groups) Delete(r *http.Request, id string) error {
	return g.told(r, g.DB.DeleteDirectoryGroup(r.Context(), id), id)
}

// bare tells whether the members are not wanted, as Entra ID says it.
func bare(r *http.Request) bool {
	for name := range strings.SplitSeq(r.URL.Query().Get("excludedAttributes"), ",") {
		if strings.EqualFold(strings.TrimSpace(name), "members") {
			return true
		}
	}
	return false
}

func (g groups) resource(r *http.Request, of models.DirectoryGroup) scim.Resource {
	attributes := scim.ResourceAttributes{"displayName": of.Name}
	if !bare(r) {
		members := []any{}
		for _, m := range of.Members {
			members = append(members, map[string]any{"value": m.ID.String(), "display": m.Name, "type": "User", "$ref": g.URL(Prefix + "/Users/" + m.ID.String())})
		}
		attributes["members"] = members
	}
	external := optional.String{}
	if of.ExternalID != "" {
		external = optional.NewString(of.ExternalID)
	}
	created, changed := of.CreatedAt, of.UpdatedAt
	return scim.Resource{ID: of.ID.String(), ExternalID: external, Attributes: attributes, Meta: scim.Meta{Created: &created, LastModified: &changed}}
}

func readGroup(attributes scim.ResourceAttributes) (name, external string, members []uuid.UUID, err error) {
	name, _ = attributes["displayName"].(string)
	external, _ = attributes["externalId"].(string)
	members, err = memberIDs(attributes["members"])
	return name, external, members, err
}

// memberIDs are the people of a list of members.
func memberIDs(value any) ([]uuid.UUID, error) {
	ids := []uuid.UUID{}
	list, ok := value.([]any)
	if value != nil && !ok {
		return nil, errValue
	}
	for _, item := range list {
		m, _ := item.(map[string]any)
		s, _ := m["value"].(string)
		id, err := uuid.Parse(s)
		if err != nil {
			return nil, errValue
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// groupPatch gathers what a PATCH does to a group, in its order.
type groupPatch struct {
	name, external *string
	whole          bool // the members are set anew
	in, out        []uuid.UUID
}

func (p *groupPatch) change() models.GroupChange {
	c := models.GroupChange{Name: p.name, ExternalID: p.external, Add: p.in, Remove: p.out}
	if p.whole {
		none := []uuid.UUID{}
		c.Set = &none
	}
	return c
}

func (p *groupPatch) apply(o scim.PatchOperation) error {
	if o.Path == nil {
		values, ok := o.Value.(map[string]any)
		if !ok {
			return errValue
		}
		for name, value := range values {
			if err := p.set(o.Op, strings.ToLower(name), value); err != nil {
				return err
			}
		}
		return nil
	}
	name := strings.ToLower(o.Path.AttributePath.AttributeName)
	if name != "members" || o.Path.ValueExpression == nil {
		return p.set(o.Op, name, o.Value)
	}
	compared := map[string]any{}
	if !collect(o.Path.ValueExpression, "", compared) || o.Op != scim.PatchOperationRemove {
		return scimerrors.ScimErrorInvalidPath
	}
	s, _ := compared["value"].(string)
	id, err := uuid.Parse(s)
	if err != nil || len(compared) != 1 {
		return scimerrors.ScimErrorInvalidPath
	}
	p.leave(id)
	return nil
}

func (p *groupPatch) set(op, name string, value any) error {
	words, isWords := value.(string)
	switch name {
	case "displayname":
		if !isWords || op == scim.PatchOperationRemove {
			return errValue
		}
		p.name = &words
	case "externalid":
		p.external = &words
	case "members":
		return p.members(op, value)
	}
	return nil
}

func (p *groupPatch) members(op string, value any) error {
	ids, err := memberIDs(value)
	if err != nil {
		return err
	}
	switch {
	case op == scim.PatchOperationRemove && value != nil: // Entra ID sends whom to remove as the value
		for _, id := range ids {
			p.leave(id)
		}
		return nil
	case op != scim.PatchOperationAdd: // all are set anew, or removed
		p.whole, p.in, p.out = true, nil, nil
	}
	for _, id := range ids {
		p.in = append(p.in, id)
		p.out = slices.DeleteFunc(p.out, func(o uuid.UUID) bool { return o == id })
	}
	return nil
}

func (p *groupPatch) leave(id uuid.UUID) {
	p.out = append(p.out, id)
	p.in = slices.DeleteFunc(p.in, func(i uuid.UUID) bool { return i == id })
}
