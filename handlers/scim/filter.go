package scim

import (
	"strings"

	"github.com/elimity-com/scim"
	scimerrors "github.com/elimity-com/scim/errors"
	"github.com/scim2/filter-parser/v2"
)

// equals are the comparisons of a filter, by attribute in lower case: several mean that all hold. Other filters than these are refused,
// not answered wrongly.
func equals(params scim.ListRequestParams) (map[string]any, error) {
	found := map[string]any{}
	if params.FilterValidator == nil {
		return found, nil
	}
	if !collect(params.FilterValidator.GetFilter(), "", found) {
		return nil, scimerrors.ScimErrorInvalidFilter
	}
	return found, nil
}

func collect(e filter.Expression, within string, found map[string]any) bool {
	switch e := e.(type) {
	case *filter.AttributeExpression:
		if e.Operator != filter.EQ {
			return false
		}
		name := e.AttributePath.AttributeName
		if sub := e.AttributePath.SubAttributeName(); sub != "" {
			name += "." + sub
		}
		name = strings.ToLower(within + name)
		if name == "emails.type" { // one address is kept, and it is the one for work
			return true
		}
		if before, twice := found[name]; twice && before != e.CompareValue {
			return false
		}
		found[name] = e.CompareValue
		return true
	case *filter.LogicalExpression:
		return e.Operator == filter.AND && collect(e.Left, within, found) && collect(e.Right, within, found)
	case *filter.ValuePath:
		return within == "" && collect(e.ValueFilter, e.AttributePath.AttributeName+".", found)
	}
	return false
}

// words reads those comparisons into the fields that are known; others are refused.
func words(found map[string]any, known map[string]*string) error {
	for name, value := range found {
		into := known[name]
		s, ok := value.(string)
		if into == nil || !ok || s == "" {
			return scimerrors.ScimErrorInvalidFilter
		}
		*into = s
	}
	return nil
}
