package models

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// weighed is an application with touches written as "kind person hours-before class", the class human when it is left out.
// Person K is the candidate.
func weighed(touches string) Application {
	app := Application{ID: NewID(), SubmittedAt: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Candidate: &Candidate{EmailKey: "k@example.org"}}
	for line := range strings.SplitSeq(touches, ",") {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		t := Touch{ID: NewID(), Kind: f[0], UserID: person(f[1]), Class: ClassHuman, Channel: "x"}
		t.User = &User{ID: t.UserID, Name: f[1], EmailKey: strings.ToLower(f[1]) + "@example.org"}
		if f[2] != "-" {
			before, _ := time.ParseDuration(f[2] + "h")
			at := app.SubmittedAt.Add(-before)
			t.At = &at
		}
		if len(f) > 3 {
			t.Class = f[3]
		}
		app.Touches = append(app.Touches, t)
	}
	return app
}

func person(name string) uuid.UUID { return uuid.NewSHA1(uuid.Nil, []byte(name)) }

func TestPoliciesShareCredit(t *testing.T) {
	t.Parallel()
	const journey = "visitor A 3, visitor B 2, link C 1"
	for _, tt := range []struct {
		name, policy, touches, want string
	}{
		{"the link in the form", PolicyLastLink, journey, "C 1 credit.last_link; A 0 credit.not.policy; B 0 credit.not.policy"},
		{"the first", PolicyFirst, journey, "A 1 credit.visitor; B 0 credit.not.policy; C 0 credit.not.policy"},
		{"equal parts", PolicyEqual, journey, "A 0.333 credit.visitor; B 0.333 credit.visitor; C 0.333 credit.last_link"},
		{"40/20/40", PolicyPosition, journey, "A 0.4 credit.visitor; C 0.4 credit.last_link; B 0.2 credit.visitor"},
		{"four by position", PolicyPosition, "visitor A 4, visitor B 3, visitor D 2, link C 1", "A 0.4 credit.visitor; C 0.4 credit.last_link; B 0.1 credit.visitor; D 0.1 credit.visitor"},
		{"two by position", PolicyPosition, "visitor A 2, link B 1", "A 0.5 credit.visitor; B 0.5 credit.last_link"},
		{"alone by position", PolicyPosition, "visitor A 2, link A 1", "A 1 credit.last_link"},
		{"first and last by position", PolicyPosition, "visitor A 3, visitor B 2, link A 1", "A 0.8 credit.last_link; B 0.2 credit.visitor"},
		{"opening a link often earns no more", PolicyEqual, "visitor A 5, visitor A 4, visitor A 3, link B 1", "A 0.5 credit.visitor; B 0.5 credit.last_link"},
		{"no touch", PolicyLastLink, "", ""},
		{"no touch by position", PolicyPosition, "", ""},
		{"the open door after a link", PolicyLastLink, "visitor A 3, visitor B 2", "B 1 credit.visitor; A 0 credit.not.policy"},
		{"whom the candidate names", PolicyLastLink, "heard A -", "A 1 credit.heard"},
		{"the link goes before the name", PolicyLastLink, "heard A -, link B 1", "B 1 credit.last_link; A 0 credit.not.policy"},
		{"the name was first", PolicyFirst, "heard A -, link B 1", "A 1 credit.heard; B 0 credit.not.policy"},
		{"the name shares", PolicyEqual, "heard A -, link B 1", "A 0.5 credit.heard; B 0.5 credit.last_link"},
		{"an earlier application led nobody here", PolicyLastLink, "before A 100", "A 0 credit.not.policy"},
		{"an earlier application was first", PolicyFirst, "before A 100, link B 1", "A 1 credit.before; B 0 credit.not.policy"},
		{"within the window", PolicyFirst, "before A 719, link B 1", "A 1 credit.before; B 0 credit.not.policy"},
		{"outside the window", PolicyFirst, "before A 721, link B 1", "B 1 credit.last_link; A 0 credit.not.window"},
		{"one's own link", PolicyLastLink, "link K 1", "K 0 credit.not.self"},
		{"one's own name", PolicyEqual, "heard K -, link B 1", "B 1 credit.last_link; K 0 credit.not.self"},
		{"a preview", PolicyLastLink, "link A 1 preview", "A 0 credit.not.class"},
		{"a bot, a scanner and a person", PolicyEqual, "visitor A 3 bot, visitor B 2 suspect, link C 1", "C 1 credit.last_link; A 0 credit.not.class; B 0 credit.not.class"},
		{"staff", PolicyFirst, "link A 1 internal", "A 0 credit.not.class"},
		{"the owner's own click", PolicyFirst, "link A 1 self", "A 0 credit.not.class"},
		{"a good touch beside a bad one", PolicyEqual, "visitor A 3 prefetch, link A 1", "A 1 credit.last_link"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			app := weighed(tt.touches)
			var got []string
			sum := 0.0
			for _, a := range awards(tt.policy, 30, app, app.Touches) {
				got = append(got, fmt.Sprintf("%s %.3g %s", a.touch.User.Name, a.weight, a.key))
				sum += a.weight
			}
			if strings.Join(got, "; ") != tt.want {
				t.Errorf("got %q, want %q", strings.Join(got, "; "), tt.want)
			}
			if math.Abs(sum) > 1e-9 && math.Abs(sum-1) > 1e-9 {
				t.Errorf("the weights sum to %v, want 1 or 0", sum)
			}
			slices.Reverse(app.Touches)
			if again := awards(tt.policy, 30, app, app.Touches); len(again) != len(got) || len(got) > 0 && again[0].touch.UserID != awards(tt.policy, 30, weighed(tt.touches), weighed(tt.touches).Touches)[0].touch.UserID {
				t.Error("the order in which touches are read changes the credit")
			}
		})
	}
}

func TestNamesakes(t *testing.T) {
	t.Parallel()
	var users []User
	for _, n := range []string{"Kari Nordmann", "Kari Sørensen", "Per Åsheim", "Bjørn Ødegård", "Anne-Lise Berg", "Aaslaug Lie", "Ali Hassan"} {
		users = append(users, User{ID: NewID(), Name: n, EmailKey: strings.ToLower(strings.Fields(n)[0]) + "@example.org"})
	}
	for heard, want := range map[string]string{
		"Kari Nordmann fortalte meg om jobben": "Kari Nordmann",
		"Kari":                                 "Kari Nordmann, Kari Sørensen",
		"kari sorensen":                        "Kari Sørensen",
		"Per Asheim":                           "Per Åsheim",
		"Paer aasheim i kantina":               "Per Åsheim",
		"bjorn odegard":                        "Bjørn Ødegård",
		"Bjrøn Ødegaard":                       "Bjørn Ødegård",
		"Anne Lise":                            "Anne-Lise Berg",
		"Facebook":                             "",
		"en annonse på toget":                  "",
		"":                                     "",
		"ali":                                  "Ali Hassan",
	} {
		var got []string
		for _, u := range namesakes(heard, users) {
			got = append(got, u.Name)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%q: got %q, want %q", heard, strings.Join(got, ", "), want)
		}
	}
}
