package models

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// maxNamesakes is how many colleagues are suggested for what a candidate wrote.
const maxNamesakes = 4

// HeardSuggestions are the colleagues whom a candidate's answer to "who told you about us?" may mean, the likeliest first.
func (db *DB) HeardSuggestions(ctx context.Context, app Application) ([]User, error) {
	if app.HeardFrom == "" {
		return nil, nil
	}
	users, err := db.ActiveUsers(ctx)
	if err != nil {
		return nil, err
	}
	var matched []uuid.UUID
	err = db.q(ctx).Model(&Touch{}).Where("application_id = ? and kind = ?", app.ID, TouchHeard).Pluck("user_id", &matched).Error
	users = slices.DeleteFunc(users, func(u User) bool { return slices.Contains(matched, u.ID) })
	return namesakes(app.HeardFrom, users), mapped(err)
}

// ActiveUsers are all who work here, by name.
func (db *DB) ActiveUsers(ctx context.Context) ([]User, error) {
	var users []User
	err := db.q(ctx).Where("deactivated_at is null").Order(`name collate "nb-x-icu", id`).Find(&users).Error
	return users, mapped(err)
}

// MatchHeard notes that the candidate's answer means that colleague, and credits the application anew by its policy.
func (db *DB) MatchHeard(ctx context.Context, by User, appID, userID uuid.UUID) error {
	if !by.Is(RoleHR) {
		return ErrForbidden
	}
	return db.Tx(ctx, func(tx *DB) error {
		var app Application
		if err := tx.lockApplication(ctx, by, appID, &app); err != nil {
			return err
		}
		if _, err := tx.User(ctx, userID); err != nil {
			return errors.Join(err, Invalid("user", "error.choose"))
		}
		if err := tx.notForOneself(ctx, by, app, userID); err != nil {
			return err
		}
		t := Touch{ID: NewID(), ApplicationID: appID, Kind: TouchHeard, UserID: userID, Class: ClassHuman, Pinned: true, ByID: by.ref()}
		if err := tx.q(ctx).Omit(clause.Associations).Clauses(clause.OnConflict{DoNothing: true}).Create(&t).Error; err != nil {
			return mapped(err)
		}
		if _, err := tx.creditAgain(ctx, []uuid.UUID{appID}, round{cause: CauseHeard, by: by.ref()}); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfCredit, appID, Facts{"cause": CauseHeard, "person": userID}})
	})
}

// namesakes sorts out whom a text may name: each word of a name counts by how well the text has it, the family name like the first.
func namesakes(text string, users []User) []User {
	words := nameWords(text)
	type guess struct {
		user  User
		score float64
	}
	var found []guess
	for _, u := range users {
		if s := likeness(words, u); s > 0 {
			found = append(found, guess{u, s})
		}
	}
	slices.SortStableFunc(found, func(a, b guess) int { return cmp.Compare(b.score, a.score) })
	var out []User
	for _, g := range found[:min(len(found), maxNamesakes)] {
		if g.score <= found[0].score/2 {
			break
		}
		out = append(out, g.user)
	}
	return out
}

// likeness adds up the words of a person's name that the text has; who is named in full comes before who shares a first name.
func likeness(words []string, u User) (score float64) {
	local, _, _ := strings.Cut(u.EmailKey, "@")
	if strings.Contains(local, ".") && slices.Contains(words, local) { // an address says more than the name it is made of
		score = 1
	}
	for _, name := range nameWords(u.Name) {
		best := 0.0
		for _, w := range words {
			best = max(best, alike(w, name))
		}
		score += best
	}
	return score
}

// alike is 1 for the same word, less for one that begins it or that one slip makes of it, 0 for another.
func alike(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	switch short := min(len(x), len(y)); {
	case a == b:
		return 1
	case short >= 3 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)):
		return 0.7
	case short >= 4 && oneSlip(x, y):
		return 0.6
	}
	return 0
}

// oneSlip tells whether one letter more, less, other or swapped with the next makes a of b.
func oneSlip(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(b)-len(a) > 1:
		return false
	case len(b) > len(a):
		return slices.Equal(a[i:], b[i+1:])
	case i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i]:
		return slices.Equal(a[i+2:], b[i+2:])
	}
	return i < len(a) && slices.Equal(a[i+1:], b[i+1:])
}

// nameWords are the words of a text as names are compared: small letters, æ, ø and å as they are often written without a Norwegian keyboard.
func nameWords(text string) []string {
	text = strings.NewReplacer("æ", "ae", "ø", "o", "å", "a", "ä", "a", "ö", "o", "ü", "u", "é", "e", "è", "e", "aa", "a").Replace(strings.ToLower(text))
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '.' && r != '\'' })
}
