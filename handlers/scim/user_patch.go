package scim

import (
	"cmp"
	"strings"

	"github.com/elimity-com/scim"
	scimerrors "github.com/elimity-com/scim/errors"
	"github.com/scim2/filter-parser/v2"

	"kollega/models"
)

// userPatch is a person to whom changes are applied, with the names that were said.
type userPatch struct {
	models.DirectoryPerson

	display, formatted string
	parts              bool // given or family name was said
}

// named is the person with the name that follows from what was said: as it is shown, in full, or of its parts.
func (p userPatch) named() models.DirectoryPerson {
	in := p.DirectoryPerson
	switch {
	case p.display != "" || p.formatted != "":
		in.Name = cmp.Or(p.display, p.formatted)
	case p.parts:
		in.Name = strings.TrimSpace(in.GivenName + " " + in.FamilyName)
	}
	return in
}

// apply does one operation of a PATCH.
func (p *userPatch) apply(o scim.PatchOperation) error {
	if o.Path == nil {
		values, ok := o.Value.(map[string]any)
		if !ok {
			return errValue
		}
		for name, value := range values {
			path, err := filter.ParsePath([]byte(name)) // Entra ID writes name.givenName, and emails[type eq "work"].value
			if err != nil {
				return scimerrors.ScimErrorInvalidPath
			}
			if err := p.at(path, value, false); err != nil {
				return err
			}
		}
		return nil
	}
	return p.at(*o.Path, o.Value, o.Op == scim.PatchOperationRemove)
}

// at changes what a path means.
func (p *userPatch) at(path filter.Path, value any, remove bool) error {
	name := strings.ToLower(path.AttributePath.AttributeName)
	sub := strings.ToLower(cmp.Or(path.SubAttributeName(), path.AttributePath.SubAttributeName()))
	switch {
	case remove && (name == "emails" || name == "username" || name == "active"):
		return scimerrors.ScimErrorMutability // nobody is there without them
	case remove:
		value = ""
		if name == "name" && sub == "" {
			value = map[string]any{"givenName": "", "familyName": ""}
		}
	}
	switch {
	case name == "emails" && path.ValueExpression != nil:
		if !forWork(path.ValueExpression) || sub != "" && sub != "value" {
			return nil // an address at home, or what sort it is
		}
		if m, ok := value.(map[string]any); ok {
			value = m["value"]
		}
		if list, ok := value.([]any); ok && len(list) == 1 {
			value = list[0]
		}
		return into(&p.Email, value)
	case name == "name" && sub != "":
		return p.set("name", map[string]any{sub: value})
	}
	return p.set(name, value)
}

// forWork tells whether a path means the address that is kept.
func forWork(e filter.Expression) bool {
	found := map[string]any{}
	if !collect(e, "", found) {
		return false
	}
	if kind, said := found["type"].(string); said {
		return strings.EqualFold(kind, "work")
	}
	return found["primary"] == true || found["primary"] == "True" || found["primary"] == "true"
}

// set makes an attribute a value; what is not kept is left out.
func (p *userPatch) set(name string, value any) error {
	switch name {
	case "username":
		return into(&p.UserName, value)
	case "externalid":
		return into(&p.ExternalID, value)
	case "displayname":
		return into(&p.display, value)
	case "active":
		active, ok := value.(bool)
		if !ok {
			return errValue
		}
		p.Active = &active
	case "preferredlanguage":
		var tag string
		if err := into(&tag, value); err != nil {
			return err
		}
		p.Language = models.SpokenLanguage(tag)
	case "name":
		return p.name(value)
	case "emails":
		return p.emails(value)
	}
	return nil
}

func (p *userPatch) name(value any) error {
	values, ok := value.(map[string]any)
	if !ok {
		return errValue
	}
	for part, words := range values {
		var err error
		switch strings.ToLower(part) {
		case "givenname":
			p.parts, err = true, into(&p.GivenName, words)
		case "familyname":
			p.parts, err = true, into(&p.FamilyName, words)
		case "formatted":
			err = into(&p.formatted, words)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// emails keeps the primary address, else the one for work, else the first.
func (p *userPatch) emails(value any) error {
	list, ok := value.([]any)
	if !ok {
		return errValue
	}
	best := -1
	for _, item := range list {
		e, ok := item.(map[string]any)
		address, _ := e["value"].(string)
		if !ok || address == "" {
			continue
		}
		rank := 0
		if kind, _ := e["type"].(string); strings.EqualFold(kind, "work") {
			rank = 1
		}
		if e["primary"] == true {
			rank = 2
		}
		if rank > best {
			best, p.Email = rank, address
		}
	}
	return nil
}

func into(field *string, value any) error {
	if value == nil {
		value = ""
	}
	s, ok := value.(string)
	if !ok {
		return errValue
	}
	*field = s
	return nil
}
