package scim

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/elimity-com/scim"
	scimerrors "github.com/elimity-com/scim/errors"
	"github.com/elimity-com/scim/optional"

	"kollega/models"
)

// users answers about people.
type users struct{ *Handlers }

// Create adds a person, or takes up one who is there with that address.
func (u users) Create(r *http.Request, attributes scim.ResourceAttributes) (scim.Resource, error) {
	var in models.DirectoryPerson
	active := true
	in.Active = &active
	if err := readUser(&in, attributes); err != nil {
		return scim.Resource{}, err
	}
	// Where people sign in with the house's account they need no invitation: the directory lets them know.
	got, err := u.DB.AddDirectoryUser(r.Context(), in, u.Account == nil)
	return userResource(got), u.told(r, err, "")
}

// Get is one person.
func (u users) Get(r *http.Request, id string) (scim.Resource, error) {
	got, err := u.DB.DirectoryUser(r.Context(), id)
	return userResource(got), u.told(r, err, id)
}

// GetAll lists people.
func (u users) GetAll(r *http.Request, params scim.ListRequestParams) (scim.Page, error) {
	f := models.DirectoryFilter{From: params.StartIndex, Count: params.Count}
	found, err := equals(params)
	if err != nil {
		return scim.Page{}, err
	}
	if active, is := found["active"].(bool); is {
		f.Active = &active
		delete(found, "active")
	}
	err = words(found, map[string]*string{"id": &f.ID, "username": &f.UserName, "externalid": &f.ExternalID, "emails": &f.Email, "emails.value": &f.Email})
	if err != nil {
		return scim.Page{}, err
	}
	people, all, err := u.DB.DirectoryUsers(r.Context(), f)
	page := scim.Page{TotalResults: all, Resources: []scim.Resource{}}
	for _, p := range people {
		page.Resources = append(page.Resources, userResource(p))
	}
	return page, u.told(r, err, "")
}

// Replace makes a person what is said.
func (u users) Replace(r *http.Request, id string, attributes scim.ResourceAttributes) (scim.Resource, error) {
	var in models.DirectoryPerson // whether they are active stays where it is not said
	if err := readUser(&in, attributes); err != nil {
		return scim.Resource{}, err
	}
	got, err := u.DB.ChangeDirectoryUser(r.Context(), id, in)
	return userResource(got), u.told(r, err, id)
}

// Patch changes a person in parts.
func (u users) Patch(r *http.Request, id string, operations []scim.PatchOperation) (scim.Resource, error) {
	known, err := u.DB.DirectoryUser(r.Context(), id)
	if err != nil {
		return scim.Resource{}, u.told(r, err, id)
	}
	in := models.DirectoryPerson{
		UserName: known.UserName, ExternalID: known.ExternalID, GivenName: known.GivenName, FamilyName: known.FamilyName,
		Name: known.Name, Email: known.Email,
	}
	p := userPatch{DirectoryPerson: in}
	for _, o := range operations {
		if err := p.apply(o); err != nil {
			return scim.Resource{}, err
		}
	}
	got, err := u.DB.ChangeDirectoryUser(r.Context(), id, p.named())
	return userResource(got), u.told(r, err, id)
}

// Delete deactivates a person: what they did stays, their links go on without the name.
func (u users) Delete(r *http.Request, id string) error {
	return u.told(r, u.DB.DeleteDirectoryUser(r.Context(), id), id)
}

// readUser reads a whole person.
func readUser(in *models.DirectoryPerson, attributes scim.ResourceAttributes) error {
	p := userPatch{DirectoryPerson: *in}
	for name, value := range attributes {
		if err := p.set(strings.ToLower(name), value); err != nil {
			return err
		}
	}
	*in = p.DirectoryPerson
	in.Name = cmp.Or(p.display, p.formatted) // else of given and family name
	return nil
}

func userResource(p models.DirectoryUser) scim.Resource {
	formatted := strings.TrimSpace(p.GivenName + " " + p.FamilyName)
	name := map[string]any{"formatted": cmp.Or(formatted, p.Name)}
	if p.GivenName != "" {
		name["givenName"] = p.GivenName
	}
	if p.FamilyName != "" {
		name["familyName"] = p.FamilyName
	}
	attributes := scim.ResourceAttributes{
		"userName": p.UserName, "displayName": p.Name, "name": name, "active": p.DeactivatedAt == nil,
		"emails": []any{map[string]any{"value": p.Email, "type": "work", "primary": true}},
	}
	if p.Language != "" {
		attributes["preferredLanguage"] = p.Language
	}
	external := optional.String{}
	if p.ExternalID != "" {
		external = optional.NewString(p.ExternalID)
	}
	created, changed := p.CreatedAt, p.UpdatedAt
	return scim.Resource{ID: p.ID.String(), ExternalID: external, Attributes: attributes, Meta: scim.Meta{Created: &created, LastModified: &changed}}
}

var errValue = scimerrors.ScimErrorInvalidValue
