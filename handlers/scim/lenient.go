package scim

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// kept are the attributes that are kept of each kind of resource, in lower case.
var kept = map[string]map[string]bool{
	"Users":  {"username": true, "name": true, "displayname": true, "emails": true, "active": true, "preferredlanguage": true, "externalid": true},
	"Groups": {"displayname": true, "members": true, "externalid": true},
}

// patchPath is the path of a resource that is patched.
var patchPath = regexp.MustCompile(`/(Users|Groups)/[^/]+$`)

// valueAfter is how Entra ID asks for one of several values, where RFC 7644 has the comparison inside the brackets.
var valueAfter = regexp.MustCompile(`(?i)^\s*(emails\[[^\]]*)\]\.value\s+eq\s+("(?:[^"\\]|\\.)*")\s*$`)

// inside writes such a filter as the standard has it.
func inside(r *http.Request) {
	q := r.URL.Query()
	if was := q.Get("filter"); valueAfter.MatchString(was) {
		q.Set("filter", valueAfter.ReplaceAllString(was, "$1 and value eq $2]"))
		r.URL.RawQuery = q.Encode()
	}
}

// lenient leaves out of a PATCH what is said about attributes that are not kept, such as a manager or a department: a directory sends them
// in the same request as what counts, and not in the form that the standard has. Where nothing is left, the resource is only read.
func lenient(r *http.Request) error {
	inside(r)
	at := patchPath.FindStringSubmatch(r.URL.Path)
	if r.Method != http.MethodPatch || at == nil {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	put := func(b []byte) { r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b)) }
	put(body)
	var patch map[string]json.RawMessage
	var operations []map[string]json.RawMessage
	name := fieldNamed(body, &patch, "operations")
	if name == "" || json.Unmarshal(patch[name], &operations) != nil || len(operations) == 0 {
		return nil //nolint:nilerr // the library says what is wrong with it
	}
	var left []map[string]json.RawMessage
	for _, o := range operations {
		if o = about(o, kept[at[1]]); o != nil {
			left = append(left, o)
		}
	}
	if len(left) == 0 {
		r.Method = http.MethodGet
		put(nil)
		return nil
	}
	if patch[name], err = json.Marshal(left); err != nil {
		return err
	}
	body, err = json.Marshal(patch)
	put(body)
	return err
}

// fieldNamed reads an object and finds the field of that name, whatever its case.
func fieldNamed(b []byte, into *map[string]json.RawMessage, name string) string {
	if json.Unmarshal(b, into) != nil {
		return ""
	}
	for field := range *into {
		if strings.EqualFold(field, name) {
			return field
		}
	}
	return ""
}

// about is an operation without what concerns other attributes; nil where nothing is left.
func about(o map[string]json.RawMessage, kept map[string]bool) map[string]json.RawMessage {
	var path string
	for field, raw := range o {
		if strings.EqualFold(field, "path") && json.Unmarshal(raw, &path) != nil {
			return o
		}
	}
	if path != "" {
		if !kept[attribute(path)] {
			return nil
		}
		return o
	}
	for field, raw := range o {
		var values map[string]json.RawMessage
		if !strings.EqualFold(field, "value") || json.Unmarshal(raw, &values) != nil {
			continue
		}
		for name := range values {
			if !kept[attribute(name)] {
				delete(values, name)
			}
		}
		if len(values) == 0 {
			return nil
		}
		b, err := json.Marshal(values)
		if err != nil {
			return o
		}
		o[field] = b
	}
	return o
}

// attribute is the name of the attribute that a path begins with, in lower case; one of another schema keeps that schema's name.
func attribute(path string) string {
	for _, core := range []string{"urn:ietf:params:scim:schemas:core:2.0:User:", "urn:ietf:params:scim:schemas:core:2.0:Group:"} {
		if len(path) > len(core) && strings.EqualFold(path[:len(core)], core) {
			path = path[len(core):]
		}
	}
	if end := strings.IndexAny(path, "[."); end >= 0 && !strings.HasPrefix(strings.ToLower(path), "urn:") {
		path = path[:end]
	}
	return strings.ToLower(path)
}
