package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/models"
)

const (
	keyUser  = "user"
	keyEpoch = "epoch"
	keyFlash = "flash"
	keyBack  = "back"
	keySeen  = "seen" // when something was last done, in seconds since 1970; on devices that several people use

	ctxUser = "web.user"
)

// NewSessions keeps sessions in Postgres, hashed, for 30 days and at most 7 days unused.
func NewSessions(db *models.DB, secure bool) *scs.SessionManager {
	s := scs.New()
	s.Store = db.Sessions()
	s.HashTokenInStore = true
	s.Lifetime = 30 * 24 * time.Hour
	s.IdleTimeout = 7 * 24 * time.Hour
	s.Cookie.Name = "kollega"
	s.Cookie.HttpOnly = true
	s.Cookie.SameSite = http.SameSiteLaxMode
	s.Cookie.Secure = secure
	return s
}

// SignIn makes the session the person's, with a new token.
func (a *App) SignIn(c echo.Context, u models.User) error {
	ctx := c.Request().Context()
	if err := a.Sessions.RenewToken(ctx); err != nil {
		return err
	}
	a.Sessions.Put(ctx, keyUser, u.ID.String())
	a.Sessions.Put(ctx, keyEpoch, u.SessionEpoch)
	return nil
}

// SharedDevice tells whether the person said that others use the device, too.
func (a *App) SharedDevice(c echo.Context) bool {
	return a.Sessions.Exists(c.Request().Context(), keySeen)
}

// SignInShared is SignIn on a device that others use, too: the session ends soon after the person stops doing things.
func (a *App) SignInShared(c echo.Context, u models.User) error {
	if err := a.SignIn(c, u); err != nil {
		return err
	}
	a.Sessions.Put(c.Request().Context(), keySeen, a.Now().Unix())
	return nil
}

// idle tells whether nothing was done for too long on a device that several people use; otherwise it notes that something is, at
// most once a minute.
func (a *App) idle(c echo.Context) bool {
	ctx := c.Request().Context()
	if !a.Sessions.Exists(ctx, keySeen) {
		return false
	}
	if a.left(ctx) {
		return true
	}
	if a.unseen(ctx) >= time.Minute && !byItself(c.Request()) {
		a.Sessions.Put(ctx, keySeen, a.Now().Unix())
	}
	return false
}

// left tells whether a device that several people use was left with this session.
func (a *App) left(ctx context.Context) bool {
	return a.Sessions.Exists(ctx, keySeen) && a.unseen(ctx) > models.SharedIdle
}

// unseen is how long nothing was done on such a device.
func (a *App) unseen(ctx context.Context) time.Duration {
	return a.Now().Sub(time.Unix(a.Sessions.GetInt64(ctx, keySeen), 0))
}

// SignOut ends this session; what is answered is answered to nobody.
func (a *App) SignOut(c echo.Context) error {
	c.Set(ctxUser, (*models.User)(nil))
	return a.Sessions.Destroy(c.Request().Context())
}

// User is who is signed in, nil when nobody is.
func User(c echo.Context) *models.User {
	u, _ := c.Get(ctxUser).(*models.User)
	return u
}

// session finds who is signed in; the request's context must hold a loaded session.
func (a *App) session(c echo.Context) (*models.User, error) {
	ctx := c.Request().Context()
	id, err := uuid.Parse(a.Sessions.GetString(ctx, keyUser))
	if err != nil {
		return nil, nil //nolint:nilnil,nilerr // nobody is signed in: that is an answer
	}
	u, err := a.DB.User(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return nil, a.Sessions.Destroy(ctx)
	}
	if err != nil {
		return nil, err
	}
	if !u.Active() || u.SessionEpoch != a.Sessions.GetInt(ctx, keyEpoch) || a.idle(c) {
		return nil, a.Sessions.Destroy(ctx)
	}
	return &u, nil
}

// withSession loads the session and who is signed in, for the pages of the house. The session is written with the answer's head.
func (a *App) withSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		token := ""
		if cookie, err := c.Cookie(a.Sessions.Cookie.Name); err == nil {
			token = cookie.Value
		}
		if token == "" { // who has one asks for it anyway: nobody is led into a form that cannot be taken
			if err := a.here(c.Request().Context()); err != nil {
				return err
			}
		}
		ctx, err := a.Sessions.Load(c.Request().Context(), token)
		if err != nil {
			return fmt.Errorf("load session: %w", err)
		}
		c.SetRequest(c.Request().WithContext(ctx))
		c.Response().Header().Add("Vary", "Cookie")
		if !byItself(c.Request()) {
			c.Response().Before(func() { a.writeSession(c) })
		}
		u, err := a.session(c)
		if err != nil {
			return err
		}
		if u != nil {
			c.Set(ctxUser, u)
			c.SetRequest(c.Request().WithContext(models.As(c.Request().Context(), *u)))
		}
		return next(c)
	}
}

// liveHeader comes with what an open page asks for by itself: "hidden" where nobody can see it just now.
const liveHeader = "Kollega-Live"

// Unseen tells whether an open page asks for itself while nobody can see it: what it is answered has been read by nobody.
func Unseen(c echo.Context) bool { return c.Request().Header.Get(liveHeader) == "hidden" }

// byItself tells what an open page asks for without anybody having done anything. It leaves the session as it is: a page that lies
// open keeps nobody signed in, and an answer that comes after signing out does not sign in again.
func byItself(r *http.Request) bool {
	return r.Method == http.MethodGet && (r.Header.Get(liveHeader) != "" || r.URL.Path == LivePath)
}

// SessionHash is what the session of the request is kept under.
func (a *App) SessionHash(c echo.Context) string {
	sum := sha256.Sum256([]byte(a.Sessions.Token(c.Request().Context()))) // as scs does with HashTokenInStore
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// hereWithin is how long Postgres may take to say that it is there.
const hereWithin = 2 * time.Second

// here fails while Postgres is away.
func (a *App) here(ctx context.Context) error {
	limited, stop := context.WithTimeout(ctx, hereWithin)
	defer stop()
	if err := a.DB.Ping(limited); err != nil {
		return fmt.Errorf("sessions: %w", err)
	}
	return nil
}

// writeSession keeps what was changed in the session and gives the browser its cookie, or takes it away.
func (a *App) writeSession(c echo.Context) {
	ctx := c.Request().Context()
	switch a.Sessions.Status(ctx) {
	case scs.Modified:
		token, expires, err := a.Sessions.Commit(ctx)
		if err != nil {
			a.Log.ErrorContext(ctx, "session not kept", "request_id", RequestID(c), "error", err.Error())
			return
		}
		a.Sessions.WriteSessionCookie(ctx, c.Response().Writer, token, expires)
	case scs.Destroyed:
		a.Sessions.WriteSessionCookie(ctx, c.Response().Writer, "", time.Time{})
	case scs.Unmodified:
	}
}

// peekWithin is how long a public page waits to know who is signed in.
const peekWithin = time.Second

// Peek tells who is signed in without touching the session or setting a cookie; nil when nobody is or it cannot be known.
func (a *App) Peek(c echo.Context) *models.User {
	cookie, err := c.Cookie(a.Sessions.Cookie.Name)
	if err != nil || cookie.Value == "" {
		return nil
	}
	limited, stop := context.WithTimeout(c.Request().Context(), peekWithin)
	defer stop()
	ctx, err := a.Sessions.Load(limited, cookie.Value)
	if err != nil {
		return nil
	}
	id, err := uuid.Parse(a.Sessions.GetString(ctx, keyUser))
	if err != nil || a.left(ctx) {
		return nil
	}
	u, err := a.DB.User(ctx, id)
	if err != nil || !u.Active() || u.SessionEpoch != a.Sessions.GetInt(ctx, keyEpoch) {
		return nil
	}
	return &u
}

// Bearer is whom a program acts as by its Authorization header; ErrNotFound without a token that works.
func (a *App) Bearer(c echo.Context) (models.User, error) {
	return a.DB.UserByAPIToken(c.Request().Context(), bearer(c))
}

// Flash keeps a sentence for the next page; kind is ok, info, warn or error.
func (a *App) Flash(c echo.Context, kind, text string) {
	a.Sessions.Put(c.Request().Context(), keyFlash, kind+"\n"+text)
}

// require lets through whoever the role allows; others sign in first, or are told that it is not theirs.
func (a *App) require(role Role, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := User(c)
		switch {
		case role == Guest && u != nil:
			return c.Redirect(http.StatusSeeOther, "/")
		case role == Guest, role == Anyone:
			return next(c)
		case u == nil && c.Request().Method == http.MethodGet && !byProgram(c.Request()):
			a.Sessions.Put(c.Request().Context(), keyBack, c.Request().URL.RequestURI())
			return c.Redirect(http.StatusSeeOther, "/login")
		case u == nil:
			return echo.NewHTTPError(http.StatusUnauthorized)
		case !u.Is(string(role)):
			return echo.NewHTTPError(http.StatusForbidden)
		}
		return next(c)
	}
}

// byProgram tells what asks for data: it cannot sign in on a page.
func byProgram(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return accept == "application/json" || accept == "text/event-stream"
}

// Back is where the person wanted to go before signing in, once; "/" otherwise.
func (a *App) Back(c echo.Context) string {
	if to := a.Sessions.PopString(c.Request().Context(), keyBack); len(to) > 1 && to[0] == '/' && to[1] != '/' && to[1] != '\\' {
		return to
	}
	return "/"
}
