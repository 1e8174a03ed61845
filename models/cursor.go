package models

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// pageSize is how many rows a list has when nobody says; maxPage is the most that can be asked for.
const (
	pageSize = 50
	maxPage  = 200
)

// limited is how many rows a list gives for what was asked.
func limited(asked int) int {
	if asked <= 0 {
		return pageSize
	}
	return min(asked, maxPage)
}

// cursor is where a list goes on: what the last row shown is sorted by, opaque to whoever carries it.
func cursor(parts ...string) string {
	b, _ := json.Marshal(parts) // strings always marshal
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor is what cursor was made of; what was not made by it is refused.
func parseCursor(s string, parts int) ([]string, error) {
	var out []string
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil || len(out) != parts {
		return nil, Invalid("cursor", "error.cursor")
	}
	return out, nil
}

// timeCursor is the cursor of a list that is sorted by a time and an id.
func timeCursor(at time.Time, id uuid.UUID) string {
	return cursor(at.UTC().Format(time.RFC3339Nano), id.String())
}

// parseTimeCursor is what timeCursor was made of.
func parseTimeCursor(s string) (at time.Time, id uuid.UUID, err error) {
	parts, err := parseCursor(s, 2)
	if err == nil {
		at, err = time.Parse(time.RFC3339Nano, parts[0])
	}
	if err == nil {
		id, err = uuid.Parse(parts[1])
	}
	if err != nil {
		return at, id, Invalid("cursor", "error.cursor")
	}
	return at, id, nil
}
