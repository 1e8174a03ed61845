package scim

import (
	"github.com/elimity-com/scim/optional"
	"github.com/elimity-com/scim/schema"
)

// text is an attribute of words.
func text(name, description string) schema.SimpleParams {
	return schema.SimpleStringParams(schema.StringParams{Name: name, Description: optional.NewString(description)})
}

// userSchema is what Kollega keeps of a person; what a directory sends beside it is not kept.
func userSchema() schema.Schema {
	return schema.Schema{
		ID: schema.UserSchema, Name: optional.NewString("User"), Description: optional.NewString("A person of the house"),
		Attributes: []schema.CoreAttribute{
			schema.SimpleCoreAttribute(schema.SimpleStringParams(schema.StringParams{
				Name: "userName", Required: true, Uniqueness: schema.AttributeUniquenessServer(), Description: optional.NewString("What the directory calls the person"),
			})),
			schema.ComplexCoreAttribute(schema.ComplexParams{
				Name: "name", Description: optional.NewString("The person's name"),
				SubAttributes: []schema.SimpleParams{text("formatted", "In full"), text("givenName", "Given name"), text("familyName", "Family name")},
			}),
			schema.SimpleCoreAttribute(text("displayName", "The name as it is shown")),
			schema.ComplexCoreAttribute(schema.ComplexParams{
				Name: "emails", MultiValued: true, Description: optional.NewString("Addresses; the primary one, or the one for work, is kept"),
				SubAttributes: []schema.SimpleParams{
					text("value", "The address"), text("display", "Not kept"), text("type", "work, home or other"),
					schema.SimpleBooleanParams(schema.BooleanParams{Name: "primary", Description: optional.NewString("Whether it is the one to use")}),
				},
			}),
			schema.SimpleCoreAttribute(schema.SimpleBooleanParams(schema.BooleanParams{Name: "active", Description: optional.NewString("Whether the person may sign in")})),
			schema.SimpleCoreAttribute(text("preferredLanguage", "Language of somebody new, as nb or en")),
		},
	}
}

// groupSchema is the standard's.
func groupSchema() schema.Schema { return schema.CoreGroupSchema() }
