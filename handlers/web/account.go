package web

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/internal/account"
)

// AccountPath is where the house's provider sends people back to; it has to know this address.
const AccountPath = "/login/account/callback"

const (
	keyAttempts = "attempts"
	keyProof    = "proof"

	attemptFor   = 15 * time.Minute // to log in at the provider
	mostAttempts = 5                // tabs
	maxProof     = 6 << 10          // bytes of an ID token that are kept, to log out with
)

// KeepAttempt keeps a log-in that has begun, in this browser's session.
func (a *App) KeepAttempt(c echo.Context, fresh account.Attempt) error {
	kept := append(a.attempts(c), fresh)
	return a.keepAttempts(c, kept[max(0, len(kept)-mostAttempts):])
}

// TakeAttempt is the log-in that was begun in this browser with that state, once; false for any other.
func (a *App) TakeAttempt(c echo.Context, state string) (account.Attempt, bool, error) {
	kept := a.attempts(c)
	at := slices.IndexFunc(kept, func(t account.Attempt) bool { return t.State == state })
	if state == "" || at < 0 {
		return account.Attempt{}, false, nil
	}
	found := kept[at]
	return found, true, a.keepAttempts(c, slices.Delete(kept, at, at+1))
}

// attempts are those of this browser that are not too old.
func (a *App) attempts(c echo.Context) []account.Attempt {
	var kept []account.Attempt
	if json.Unmarshal([]byte(a.Sessions.GetString(c.Request().Context(), keyAttempts)), &kept) != nil {
		return nil
	}
	return slices.DeleteFunc(kept, func(t account.Attempt) bool { return a.Now().Sub(t.At) > attemptFor })
}

func (a *App) keepAttempts(c echo.Context, kept []account.Attempt) error {
	b, err := json.Marshal(kept)
	if err == nil {
		a.Sessions.Put(c.Request().Context(), keyAttempts, string(b))
	}
	return err
}

// KeepProof remembers that this session was begun with the house's account, and what to log out there with.
func (a *App) KeepProof(c echo.Context, proof string) {
	if len(proof) > maxProof {
		proof = ""
	}
	ctx := c.Request().Context()
	a.Sessions.Remove(ctx, keyAttempts)
	a.Sessions.Put(ctx, keyProof, "account "+proof)
}

// Proof is what KeepProof kept; false for a session that was begun otherwise.
func (a *App) Proof(c echo.Context) (string, bool) {
	kept := a.Sessions.GetString(c.Request().Context(), keyProof)
	if kept == "" {
		return "", false
	}
	return kept[len("account "):], true
}

// PasswordsClosed tells whether passwords are for administrators only. Without a provider they never are: nobody is shut out.
func (a *App) PasswordsClosed(ctx context.Context) (bool, error) {
	if a.Account == nil {
		return false, nil
	}
	s, err := a.DB.IdentitySettings(ctx)
	return err == nil && !s.Passwords, err
}
