package models

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

// ErrNotFound says that there is no such row, or none that the asker may see.
var ErrNotFound = errors.New("not found")

// ErrForbidden says that the asker may see the thing but not do this to it.
var ErrForbidden = errors.New("forbidden")

// ErrConflict says that the change does not fit what stands already.
var ErrConflict = errors.New("conflict")

// ValidationError names the field that was refused and the translation key of the reason.
type ValidationError struct {
	Field string         // form and JSON name of the field
	Key   string         // translation key of the sentence
	Args  map[string]any // values that the sentence names
}

// Error says which field was refused and why, for logs; people read the translation of Key.
func (e *ValidationError) Error() string { return e.Field + ": " + e.Key }

// Invalid makes a ValidationError; args alternate names and values.
func Invalid(field, key string, args ...any) *ValidationError {
	e := &ValidationError{Field: field, Key: key}
	for i := 0; i+1 < len(args); i += 2 {
		if e.Args == nil {
			e.Args = map[string]any{}
		}
		e.Args[args[i].(string)] = args[i+1]
	}
	return e
}

// ValidationErrors is every refused field of one form, in the form's order.
type ValidationErrors []*ValidationError

// Error lists the refused fields, for logs.
func (v ValidationErrors) Error() string {
	all := make([]string, len(v))
	for i, e := range v {
		all[i] = e.Error()
	}
	return strings.Join(all, "; ")
}

// Add notes one more refused field.
func (v *ValidationErrors) Add(field, key string, args ...any) {
	*v = append(*v, Invalid(field, key, args...))
}

// Err is nil when no field was refused.
func (v ValidationErrors) Err() error {
	if len(v) == 0 {
		return nil
	}
	return v
}

// ConflictError is a conflict that people can be told about.
type ConflictError struct{ Key string }

// Error names the translation key of the reason.
func (e *ConflictError) Error() string { return "conflict: " + e.Key }

// Is makes errors.Is(err, ErrConflict) true.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// TooManyError says that something was tried too often, and how long to wait.
type TooManyError struct{ Wait time.Duration }

// Error gives the wait, for logs.
func (e *TooManyError) Error() string { return "tried too often: wait " + e.Wait.String() }

// Unavailable tells whether err means that Postgres is away, rather than that it refused.
func Unavailable(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	if errors.Is(err, errHeld) {
		return true
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) { // 57P: the server is shutting down or starting; 08: connection; 53: out of resources
		return strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "53")
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, net.ErrClosed) || pgconn.Timeout(err) ||
		strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "closed pool") || strings.Contains(err.Error(), "unexpected EOF")
}

// Unstorable tells whether Postgres refused the value itself: a zero byte, no UTF-8, a number or a date out of its range.
// Forms are checked before; this is for what no person types.
func Unstorable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && strings.HasPrefix(pg.Code, "22")
}

// mapped turns GORM's and Postgres's errors into ours.
func mapped(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gorm.ErrRecordNotFound):
		return ErrNotFound
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return ErrConflict
	}
	return err
}
