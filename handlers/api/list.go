package api

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"kollega/models"
)

// Paging is what every list is asked with.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"api.doc.limit"`
	Cursor string `query:"cursor" doc:"api.doc.cursor"`
}

// list is a page of a list.
type list[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next" doc:"api.doc.next"`
}

// answer wraps what a call answers with.
type answer[T any] struct{ Body T }

// listed is rows as a page of a list.
func listed[R, T any](rows []R, next string, view func(R) T) *answer[list[T]] {
	items := make([]T, len(rows))
	for i, r := range rows {
		items[i] = view(r)
	}
	return &answer[list[T]]{list[T]{Items: items, Next: next}}
}

// optional is a field that may be left out: null empties it, its absence leaves what stands.
type optional[T any] struct {
	Sent  bool
	Value *T // nil for null
}

// UnmarshalJSON notes that the field was sent.
func (o *optional[T]) UnmarshalJSON(b []byte) error {
	o.Sent = true
	return json.Unmarshal(b, &o.Value)
}

// Schema is T's, or null.
func (o optional[T]) Schema(r huma.Registry) *huma.Schema {
	s := huma.SchemaFromType(r, reflect.TypeFor[T]())
	s.Nullable = true
	return s
}

// into sets *to where the field was sent; null is the zero value.
func (o optional[T]) into(to *T) {
	if o.Sent {
		*to = o.or()
	}
}

// pointer sets *to where the field was sent; null is nil.
func (o optional[T]) pointer(to **T) {
	if o.Sent {
		*to = o.Value
	}
}

func (o optional[T]) or() (zero T) {
	if o.Value != nil {
		return *o.Value
	}
	return zero
}

// day reads a date, or the day in UTC of a time, both as RFC 3339 has them.
func day(field, s string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, s); err == nil {
			return at.UTC().Truncate(24 * time.Hour), nil
		}
	}
	return time.Time{}, models.Invalid(field, "error.date")
}

// utc is t as the API writes times; nil stays nil.
func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// given is the id of a query, nil where there is none.
func given(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
