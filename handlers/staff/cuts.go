package staff

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"kollega/handlers/upload"
	"kollega/handlers/web"
	"kollega/models"
)

// cutBody is the personal download on the page of a link.
type cutBody struct {
	Main     bool // the channel takes files, and no links that can be clicked
	Action   string
	Format   string // that is chosen
	Formats  []string
	Burnt    bool // captions are burnt in
	HasTexts bool // there are captions to be burnt in
	Status   string
	Percent  string
	URL      string // once it is ready
	Filename string
	Error    string // translation key
	Again    string // the page as it is, to be asked again
}

// filed are the channels that take the clip itself; links in their posts cannot be clicked.
var filed = models.Words{"instagram", "snapchat", "tiktok"}

// cutState is what share.js is told.
type cutState struct {
	Status   string  `json:"status"` // processing, ready, failed
	Progress float64 `json:"progress"`
	URL      string  `json:"url,omitempty"`
	Error    string  `json:"error,omitempty"`
}

// cut is the download as it stands for what the page's address asks; nil without a clip.
func (h *Handlers) cut(c echo.Context, link models.Link, landing models.Landing) (*cutBody, error) {
	clip, ok := landing.Clip()
	if !ok {
		return nil, nil //nolint:nilnil // there is nothing to download, which is no error
	}
	b := &cutBody{
		Main: filed.Has(link.Channel), Action: "/links/" + link.ID.String() + "/cuts", Formats: []string{"vertical", "square", "landscape"},
		Format: "vertical", HasTexts: clip.HasCaptions(), Burnt: true,
	}
	asked := c.QueryParam("cut")
	if asked == "" {
		return b, nil
	}
	b.Burnt = c.QueryParam("captions") != "0"
	m, err := h.DB.FindCut(c.Request().Context(), *web.User(c), link.ID, h.cutWish(link, asked, b.Burnt))
	var refused *models.ValidationError
	if errors.Is(err, models.ErrNotFound) || errors.As(err, &refused) { // nobody has asked for it yet
		return b, nil
	}
	if err != nil {
		return nil, err
	}
	state := h.cutState(c, m)
	b.Format, b.Status, b.URL, b.Error = asked, state.Status, state.URL, state.Error
	b.Percent = h.Printer(c).T("credit.percent", "Share", int(100*m.Progress))
	b.Again, b.Filename = cutPage(link, asked, b.Burnt), web.CutFilename(landing.Job.Slug, asked)
	return b, nil
}

func (h *Handlers) cutWish(link models.Link, format string, captions bool) models.CutWish {
	return models.CutWish{Format: format, Captions: captions, URL: h.URL(link.Path())}
}

func (h *Handlers) cutState(c echo.Context, m models.Making) cutState {
	switch m.Status {
	case models.MakingReady:
		return cutState{Status: "ready", Progress: 1, URL: m.Path()}
	case models.MakingFailed:
		return cutState{Status: "failed", Error: h.Printer(c).T(upload.ErrorKey(h.Printer(c), m.ErrorCode))}
	}
	return cutState{Status: "processing", Progress: m.Progress}
}

// cutPage is the page of a link with the download that was asked for.
func cutPage(link models.Link, format string, captions bool) string {
	q := url.Values{"link": {link.ID.String()}, "cut": {format}}
	if !captions {
		q.Set("captions", "0")
	}
	return "/share/" + link.JobID.String() + "?" + q.Encode() + "#cut"
}

// MakeCut has the personal download of one's own link made; share.js asks again until it is there.
func (h *Handlers) MakeCut(c echo.Context) error {
	link, err := h.ownLink(c, c.Param("id"))
	if err != nil {
		return err
	}
	format, captions := c.FormValue("format"), c.FormValue("captions") == "1"
	m, err := h.DB.AskCut(c.Request().Context(), *web.User(c), link.ID, h.cutWish(link, format, captions))
	var conflict *models.ConflictError
	asksJSON := strings.Contains(c.Request().Header.Get(echo.HeaderAccept), echo.MIMEApplicationJSON)
	switch {
	case errors.As(err, &conflict) && !asksJSON:
		h.Flash(c, "warning", h.Printer(c).T(conflict.Key))
		return c.Redirect(http.StatusSeeOther, cutPage(link, format, captions))
	case err != nil:
		return err
	case !asksJSON:
		return c.Redirect(http.StatusSeeOther, cutPage(link, format, captions))
	case m.Status == models.MakingReady:
		return c.JSON(http.StatusOK, h.cutState(c, m))
	}
	return c.JSON(http.StatusAccepted, h.cutState(c, m))
}
