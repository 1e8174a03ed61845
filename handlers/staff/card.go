package staff

import (
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/auth"
	"kollega/models"
)

const (
	keyCard       = "card"       // whose person is about to choose a PIN
	keyCardUntil  = "card_until" // in seconds since 1970
	keyCardShared = "card_shared"

	chooseWithin = 15 * time.Minute // after the printed PIN was typed
)

// cardForm is what is written to sign in with a card; the PIN is never shown again.
type cardForm struct {
	Code   string `form:"code" query:"code"`
	PIN    string `form:"pin"`
	Shared bool   `form:"shared"` // others use the device, too
}

// CardForm asks for the code of a card, filled in where its QR code led here, and the PIN.
func (h *Handlers) CardForm(c echo.Context) error {
	in := cardForm{}
	if code, ok := auth.ParseCardCode(c.QueryParam("code")); ok {
		in.Code = auth.ShowCardCode(code)
	}
	return h.Render(c, "plain/card.html", h.Printer(c).T("card.title"), in)
}

// CardLogIn signs in; whoever still has the printed PIN chooses their own first.
func (h *Handlers) CardLogIn(c echo.Context) error {
	var in cardForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	card, err := h.DB.LogInWithCard(ctx, in.Code, in.PIN, c.RealIP(), cardDevice(c))
	if err != nil {
		in.PIN = ""
		return h.renderSlow(c, err, "pin", "plain/card.html", h.Printer(c).T("card.title"), in)
	}
	if card.OwnPIN {
		to := h.Back(c)
		return h.cardSignedIn(c, *card.User, in.Shared, to)
	}
	if err := h.Sessions.RenewToken(ctx); err != nil {
		return err
	}
	h.Sessions.Put(ctx, keyCard, card.ID.String())
	h.Sessions.Put(ctx, keyCardUntil, h.Now().Add(chooseWithin).Unix())
	h.Sessions.Put(ctx, keyCardShared, in.Shared)
	return c.Redirect(http.StatusSeeOther, "/card/pin")
}

func (h *Handlers) cardSignedIn(c echo.Context, u models.User, shared bool, to string) error {
	signIn := h.SignIn
	if shared {
		signIn = h.SignInShared
	} else if err := h.knowDevice(c, u); err != nil {
		return err
	}
	if err := signIn(c, u); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

type choosePIN struct {
	Name   string // the first name
	Digits int
}

// ChoosePINForm asks for a PIN of one's own.
func (h *Handlers) ChoosePINForm(c echo.Context) error {
	card, err := h.cardToChoose(c)
	if err != nil {
		return h.cardAgain(c, err)
	}
	return h.Render(c, "plain/card_pin.html", h.Printer(c).T("card.pin.title"), choosePIN{firstName(card.User.Name), auth.PINLength})
}

// ChoosePIN takes it and signs in.
func (h *Handlers) ChoosePIN(c echo.Context) error {
	card, err := h.cardToChoose(c)
	if err != nil {
		return h.cardAgain(c, err)
	}
	ctx := c.Request().Context()
	u, err := h.DB.ChoosePIN(ctx, card.ID, c.FormValue("pin"), c.FormValue("again"))
	if err != nil {
		return h.cardAgain(c, h.RenderInvalid(c, err, "plain/card_pin.html", h.Printer(c).T("card.pin.title"), choosePIN{firstName(card.User.Name), auth.PINLength}))
	}
	shared := h.Sessions.PopBool(ctx, keyCardShared)
	h.Sessions.Remove(ctx, keyCard)
	h.Sessions.Remove(ctx, keyCardUntil)
	h.Flash(c, "success", h.Printer(c).T("card.pin.done", "Name", firstName(u.Name)))
	return h.cardSignedIn(c, u, shared, h.Back(c))
}

// cardToChoose is the card whose printed PIN was typed in this session not long ago.
func (h *Handlers) cardToChoose(c echo.Context) (models.KeyCard, error) {
	ctx := c.Request().Context()
	id, err := uuid.Parse(h.Sessions.GetString(ctx, keyCard))
	if err != nil || h.Now().Unix() > h.Sessions.GetInt64(ctx, keyCardUntil) {
		return models.KeyCard{}, models.ErrNotFound
	}
	return h.DB.CardToChoose(ctx, id)
}

// cardAgain leads back to the card's form where there is nothing to choose for any more.
func (h *Handlers) cardAgain(c echo.Context, err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return c.Redirect(http.StatusSeeOther, "/card")
	}
	return err
}

// ChangePIN replaces one's own PIN and ends all other sessions.
func (h *Handlers) ChangePIN(c echo.Context) error {
	u, err := h.DB.ChangePIN(c.Request().Context(), web.User(c).ID, c.FormValue("old_pin"), c.FormValue("pin"), c.FormValue("again"), c.RealIP(), cardDevice(c))
	if err != nil {
		return h.meInvalid(c, err, "old_pin", func(*meView) {})
	}
	if !h.SharedDevice(c) {
		if err := h.knowDevice(c, u); err != nil {
			return err
		}
	}
	return h.signedInAgain(c, u, "me.pin_saved")
}

// deviceCookie says that somebody signed in on this device with a card before. Its name begins as no session's does.
const deviceCookie = "card-device"

// cardDevice is what the device carries, empty where a card was never used on it.
func cardDevice(c echo.Context) string {
	if cookie, err := c.Cookie(deviceCookie); err == nil {
		return cookie.Value
	}
	return ""
}

// knowDevice has the device known from now on, so that others who guess the PIN do not keep its person out.
func (h *Handlers) knowDevice(c echo.Context, u models.User) error {
	token, err := h.DB.KnowDevice(c.Request().Context(), u.ID, cardDevice(c))
	if err != nil || token == "" {
		return err
	}
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure wherever the house is reached by TLS
		Name: deviceCookie, Value: token, Path: "/", MaxAge: models.DeviceDays * 24 * 60 * 60, HttpOnly: true, Secure: h.Secure(), SameSite: http.SameSiteLaxMode,
	})
	return nil
}
