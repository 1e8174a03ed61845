package models

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Me is what a person may change about themselves.
type Me struct {
	Name     string
	Language string // nb, en, or empty for the house's
	Theme    string // light, dark, or empty for the device's
	ShowName bool   // agrees to be named on the landing pages of own links

	ShowResults bool // agrees that leaders read beside the name what own links led to
}

// SaveMe writes a person's own settings.
func (db *DB) SaveMe(ctx context.Context, id uuid.UUID, in Me) error {
	var bad ValidationErrors
	in.Name = tidy(in.Name)
	checkName(&bad, in.Name)
	if in.Language != "" && !Languages.Has(in.Language) {
		bad.Add("language", "error.choose")
	}
	if !Themes.Has(in.Theme) {
		bad.Add("theme", "error.choose")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return changed(db.q(ctx).Model(&User{}).Where("id = ?", id).Updates(map[string]any{
		"name": in.Name, "language": in.Language, "theme": in.Theme, "show_name": in.ShowName, "show_results": in.ShowResults, "updated_at": db.Now(),
	}))
}

// SetTheme notes how the person wants the pages shown.
func (db *DB) SetTheme(ctx context.Context, id uuid.UUID, theme string) error {
	if !Themes.Has(theme) {
		return Invalid("theme", "error.choose")
	}
	return changed(db.q(ctx).Model(&User{}).Where("id = ?", id).Updates(map[string]any{"theme": theme, "updated_at": db.Now()}))
}

// ChangePassword replaces a password that the person knows and ends every session; it returns the person to sign in again.
// The tries are slowed down like log-ins.
func (db *DB) ChangePassword(ctx context.Context, id uuid.UUID, old, fresh, addr string) (User, error) {
	u, err := db.User(ctx, id)
	if err != nil {
		return u, err
	}
	try, err := db.tryLogIn(ctx, u.EmailKey, addr)
	if err != nil {
		return u, err
	}
	if ok, err := db.verify(ctx, &u, old); err != nil {
		return u, err
	} else if !ok {
		return u, ValidationErrors{Invalid("old", "me.wrong_password")}
	}
	if err := db.forgive(ctx, try); err != nil {
		return u, err
	}
	hash, err := db.hash(ctx, fresh, u.Email, u.Name)
	if err != nil {
		return u, err
	}
	return u, db.Tx(ctx, func(tx *DB) error { return tx.setPassword(ctx, &u, hash) })
}

// SignOutEverywhere ends every session of the person; it returns the person to sign in again here.
func (db *DB) SignOutEverywhere(ctx context.Context, id uuid.UUID) (User, error) {
	err := changed(db.q(ctx).Model(&User{}).Where("id = ?", id).
		Updates(map[string]any{"session_epoch": gorm.Expr("session_epoch + 1"), "updated_at": db.Now()}))
	if err != nil {
		return User{}, err
	}
	return db.User(ctx, id)
}

// setPassword writes a new password, ends all sessions and withdraws unused links to choose one.
func (db *DB) setPassword(ctx context.Context, u *User, hash string) error {
	now := db.Now()
	set := map[string]any{"password_hash": hash, "session_epoch": gorm.Expr("session_epoch + 1"), "updated_at": now}
	if u.JoinedAt == nil {
		set["joined_at"], u.JoinedAt = now, &now
	}
	if err := changed(db.q(ctx).Model(&User{}).Where("id = ? and deactivated_at is null", u.ID).Updates(set)); err != nil {
		return err
	}
	if err := db.q(ctx).Where("user_id = ? and used_at is null", u.ID).Delete(&UserToken{}).Error; err != nil {
		return fmt.Errorf("withdraw links: %w", err)
	}
	if err := db.Audit(As(ctx, *u), Deed{DidChange, OfUser, u.ID, Facts{"fields": "password"}}); err != nil {
		return err
	}
	return mapped(db.q(ctx).Model(&User{}).Where("id = ?", u.ID).Select("session_epoch").Take(&u.SessionEpoch).Error)
}
