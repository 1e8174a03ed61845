package public

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/models"
)

// consentBody is what somebody who is seen or heard in a clip is shown: the clip, and what they are asked.
type consentBody struct {
	models.Consent

	At      string // where the page is
	View    *clipView
	Words   string
	Max     int    // characters of the words
	Others  bool   // somebody else's consent ended the clip
	Contact string // whom to ask
	Errors  models.ValidationErrors
}

// Consent shows somebody a clip they are in, before anybody else sees it, and what they are asked. It needs no log-in: whoever
// has the link is who it was sent to.
func (h *Handlers) Consent(c echo.Context) error {
	consent, err := h.DB.ConsentByToken(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return h.renderConsent(c, http.StatusOK, "public/consent.html", consent, consentBody{})
}

// renderConsent shows a page of consent that nobody keeps.
func (h *Handlers) renderConsent(c echo.Context, code int, name string, consent models.Consent, body consentBody) error {
	private(c)
	body.Consent, body.At, body.Max = consent, "/consent/"+c.Param("token"), models.MaxConsentWords
	body.Contact = h.Organisation().PrivacyContact
	body.Others = consent.Clip.Status == models.ClipWithdrawn && consent.Person.State != models.ConsentWithdrawn
	if consent.Watchable() {
		body.View = h.consentClip(c, consent.Clip, body.At)
	}
	page := h.Page(c, h.Printer(c).T("consent.title"), nil)
	if body.Errors != nil {
		page.Errors = body.Errors
	}
	page.NoIndex, page.Body = true, body
	return h.RenderPage(c, code, name, page)
}

// consentClip is the clip at addresses that only this link opens.
func (h *Handlers) consentClip(c echo.Context, clip models.Clip, at string) *clipView {
	video, ok := clip.File("video")
	if !ok {
		return nil
	}
	v := &clipView{Video: at + "/media/" + video.Name, Title: clip.Title, Width: clip.Width, Height: clip.Height}
	if _, ok := clip.File("poster"); ok {
		v.Poster = at + "/media/poster"
	}
	names := display.Languages(i18n.Naming(h.Lang(c)))
	for _, t := range clip.Captions {
		if !t.Approved() {
			continue
		}
		v.Captions = append(v.Captions, track{Lang: t.Language, Label: names.Name(language.Make(t.Language)), URL: at + "/captions/" + t.Language + ".vtt"})
	}
	return v
}

// AnswerConsent takes a yes or a no.
func (h *Handlers) AnswerConsent(c echo.Context) error {
	ctx, token := c.Request().Context(), c.Param("token")
	consent, err := h.DB.ConsentByToken(ctx, token)
	if err != nil {
		return err
	}
	answer, words := c.FormValue("answer"), c.FormValue("words")
	if answer != "yes" && answer != "no" {
		err = models.ValidationErrors{models.Invalid("answer", "error.choose")}
	} else {
		err = h.DB.AnswerConsent(ctx, token, answer == "yes", words)
	}
	if bad, refused := web.Refused(err); refused {
		return h.renderConsent(c, http.StatusUnprocessableEntity, "public/consent.html", consent, consentBody{Words: words, Errors: bad})
	}
	if err != nil {
		return err
	}
	return h.backToConsent(c)
}

// AskWithdrawal asks once more before the clip is taken off everywhere.
func (h *Handlers) AskWithdrawal(c echo.Context) error {
	consent, err := h.DB.ConsentByToken(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	if !consent.Person.Listed() || !consent.Person.MayWithdraw() {
		return h.backToConsent(c)
	}
	return h.renderConsent(c, http.StatusOK, "public/consent_withdraw.html", consent, consentBody{})
}

// WithdrawConsent takes the clip off every page and address; the answer comes when this instance's pages show it no more.
func (h *Handlers) WithdrawConsent(c echo.Context) error {
	h.Visible(c)
	if err := h.DB.WithdrawConsent(c.Request().Context(), c.Param("token")); err != nil {
		return err
	}
	return h.backToConsent(c)
}

func (h *Handlers) backToConsent(c echo.Context) error {
	private(c)
	path := "/consent/" + c.Param("token")
	if lang := c.QueryParam("lang"); models.Languages.Has(lang) {
		path += "?lang=" + lang
	}
	return c.Redirect(http.StatusSeeOther, path)
}

// ConsentMedia streams a file of the clip to whom the link belongs.
func (h *Handlers) ConsentMedia(c echo.Context) error {
	consent, err := h.watching(c)
	if err != nil {
		return err
	}
	f, ok := consent.Clip.File(c.Param("name"))
	if !ok {
		return models.ErrNotFound
	}
	return h.stream(c, f)
}

// ConsentCaptions answers captions of the clip to whom the link belongs.
func (h *Handlers) ConsentCaptions(c echo.Context) error {
	consent, err := h.watching(c)
	if err != nil {
		return err
	}
	for _, t := range consent.Clip.Captions {
		if t.Approved() && t.Language == strings.TrimSuffix(c.Param("file"), ".vtt") {
			return captionText(c, t)
		}
	}
	return models.ErrNotFound
}

func (h *Handlers) watching(c echo.Context) (models.Consent, error) {
	consent, err := h.DB.ConsentByToken(c.Request().Context(), c.Param("token"))
	if err == nil && !consent.Watchable() {
		err = models.ErrNotFound
	}
	private(c)
	return consent, err
}
