package web

import (
	"testing"

	"kollega/models"
)

// TestTheBarHasRoomForEveryRole counts what stands in the bar of a phone, and looks where a page belongs.
func TestTheBarHasRoomForEveryRole(t *testing.T) {
	t.Parallel()
	for _, role := range models.Roles {
		u, n := models.User{Role: role}, 0
		for _, at := range places {
			if u.Is(string(at.role)) && (at.aside == "" || !u.Is(string(at.aside))) && (at.rare == "" || !u.Is(string(at.rare))) {
				n++
			}
		}
		if n < 3 || n > 5 {
			t.Errorf("%s has %d places in the bar, want five at most", role, n)
		}
	}
	for _, c := range []struct {
		place, path string
		want        bool
	}{
		{"/", "/", true},
		{"/", "/links", false},
		{"/leader", "/leader", true},
		{"/leader", "/leader/people", true},
		{"/leader", "/leader/feedback/given", false},
		{"/leader/feedback", "/leader/feedback/given", true},
		{"/hr/jobs", "/hr/clips/1", true},
		{"/hr/jobs", "/hr/jobsites", false},
		{"/mine", "/thanks", true},
	} {
		if got := isAt(c.place, c.path); got != c.want {
			t.Errorf("%s in %s: got %t, want %t", c.path, c.place, got, c.want)
		}
	}
}
