package public

import (
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/microcosm-cc/bluemonday"

	"kollega/handlers/views"
	"kollega/handlers/web"
	"kollega/models"
	"kollega/tracking"
)

// landingBody is the page of a job, by a colleague's link or by the open door.
type landingBody struct {
	applyBody
	Job      models.Job
	Clip     *clipView
	More     []*clipView // further clips
	Data     *dataChoice // nil where there is no smaller file
	By       string      // who recommends it
	Open     bool
	Remind   string // where the form goes that mails the page's link
	External string // where the job applies elsewhere
	Others   []jobCard
	Social   social
	Posting  any // JSON-LD; nil where none belongs
}

// clipView is a clip as the partial "clip" wants it.
type clipView struct {
	Video, Poster, Title string
	Width, Height        int
	Captions             []track
	Small                string          // the smaller file, where the browser may choose it by its connection
	By                   string          // the colleague who made it, if they want to be named
	Transcript           *transcriptView // nil where nobody speaks
}

// transcriptView is what is said in a clip, in paragraphs.
type transcriptView struct {
	Lang       string
	Paragraphs []string
}

// paragraphPause is a silence between captions that begins a new paragraph.
const paragraphPause = 2 * time.Second

// Tall tells whether it is filmed upright.
func (v *clipView) Tall() bool { return v.Height > v.Width }

type track struct {
	Lang, Label, URL string
	Default          bool // shown from the start, as the clip plays without sound
}

// dataChoice is the visible choice between the clip's two files.
type dataChoice struct {
	Less, More string // queries of this page
	Low        bool   // the smaller one is shown
	Small, Big int64  // bytes
}

// social is what a link's preview shows.
type social struct {
	URL, Title, Description, Locale string
	Image, ImageAlt                 string // an absolute address; empty without a clip
	Width, Height                   int    // of the image, zero where they are not known
}

// Share is the landing page behind a share link; where the job applies elsewhere the visitor is sent on.
func (h *Handlers) Share(c echo.Context) error {
	l, err := h.byCode(c)
	return h.found(c, l, err, func(l models.Landing) error {
		visit, shown := h.click(c, l)
		if l.Job.ApplyURL != "" && l.Open(h.Now()) {
			private(c)
			return c.Redirect(http.StatusFound, l.Job.ApplyURL) // never 301: the next one must be counted, too
		}
		return h.fresh(c, l, visit, shown)
	})
}

// Job is the open door: the same page without a colleague.
func (h *Handlers) Job(c echo.Context) error {
	l, err := h.bySlug(c)
	return h.found(c, l, err, func(l models.Landing) error {
		visit, shown := h.click(c, l)
		return h.fresh(c, l, visit, shown)
	})
}

// click records that the page was asked for; the visitor is served whatever becomes of it. The clip that is shown is the visit's.
func (h *Handlers) click(c echo.Context, l models.Landing) (token string, shown uuid.UUID) {
	at := where(l)
	at.Compared = l.Compared(h.Now())
	token, _, err := h.Tracker.Click(c.Request().Context(), c.Request(), at, h.asker(c))
	if err != nil {
		h.logLost(web.RequestID(c), err)
	}
	if at.Compared[0] == uuid.Nil {
		return token, at.ClipID
	}
	visit, _ := h.Tracker.Visit(token) // it was signed just now
	return token, visit.ClipID
}

func (h *Handlers) logLost(request string, err error) {
	h.Log.Error("click not recorded", "request_id", request, "error", err.Error())
}

func where(l models.Landing) tracking.Where {
	w := tracking.Where{JobID: l.Job.ID}
	if clip, ok := l.Clip(); ok {
		w.ClipID = clip.ID
	}
	if l.Link != nil {
		w.LinkID, w.OwnerID, w.Channel = l.Link.ID, l.Link.UserID, l.Link.Channel
	}
	return w
}

// show renders the page with the form as it stands.
func (h *Handlers) show(c echo.Context, l models.Landing, shown uuid.UUID, code int, form applyBody) error {
	private(c)
	page := h.page(c, l, shown, code, form)
	if !page.NoIndex {
		c.Response().Header().Del("X-Robots-Tag")
	}
	return h.RenderPage(c, code, "public/landing.html", page)
}

// page is the landing page before it is rendered; shown is the visit's clip.
func (h *Handlers) page(c echo.Context, l models.Landing, shown uuid.UUID, code int, form applyBody) web.Page {
	body := landingBody{applyBody: form, Job: l.Job, By: l.By, Open: l.Open(h.Now()), External: l.Job.ApplyURL}
	path := "/jobs/" + l.Job.Slug
	if l.Link != nil {
		path = l.Link.Path()
	}
	body.Remind = path + "/remind"
	body.Action = path + "/apply" + h.said(c)
	for i, clip := range l.Shown(shown, h.Now()) {
		switch v := h.clip(c, clip); {
		case v == nil:
		case i == 0:
			body.Clip, body.Data = v, h.data(c, clip)
		default:
			body.More = append(body.More, v)
		}
	}
	if !body.Open {
		body.Others = h.cards(l.Job.ID)
	}
	page := h.Page(c, l.Job.Title, nil)
	body.Social = h.social(c, l, path)
	page.Description, page.Canonical, page.Errors = body.Social.Description, body.Social.URL, form.Errors
	if l.Link == nil && body.Open && strings.HasPrefix(c.Path(), "/jobs/") && code == http.StatusOK {
		body.Posting = h.posting(l, page)
	} else {
		page.NoIndex = true
	}
	page.Body = body
	return page
}

// said is the query of an answer to this page: it speaks the language that the page was read in, and goes on saving data.
func (h *Handlers) said(c echo.Context) string {
	q := url.Values{"lang": {h.Lang(c)}}
	if data := web.Data(c); data != "" {
		q.Set("data", data)
	}
	return "?" + q.Encode()
}

// savesData tells whether the smaller file is sent: by the visitor's choice, otherwise as the browser asks by Save-Data.
func savesData(c echo.Context) bool {
	if data := web.Data(c); data != "" {
		return data == web.DataLow
	}
	return c.Request().Header.Get("Save-Data") == "on"
}

// data is the choice between the clip's files, nil where there is one only.
func (h *Handlers) data(c echo.Context, clip models.Clip) *dataChoice {
	small, ok := clip.File("small")
	big, there := clip.File("video")
	if !ok || !there || small.Size >= big.Size {
		return nil
	}
	choose := func(data string) string {
		q := url.Values{"data": {data}}
		if lang := c.QueryParam("lang"); models.Languages.Has(lang) {
			q.Set("lang", lang)
		}
		return "?" + q.Encode()
	}
	return &dataChoice{Less: choose(web.DataLow), More: choose(web.DataFull), Low: savesData(c), Small: small.Size, Big: big.Size}
}

// clip is nil while there is nothing to play. Who saves data gets the small file.
func (h *Handlers) clip(c echo.Context, clip models.Clip) *clipView {
	v := &clipView{Video: web.ClipMedia(clip, "video"), Poster: web.ClipMedia(clip, "poster"), Title: clip.Title, Width: clip.Width, Height: clip.Height, By: clip.By()}
	switch small := web.ClipMedia(clip, "small"); {
	case small == "":
	case savesData(c):
		v.Video = small
	case web.Data(c) == "":
		v.Small = small
	}
	if v.Video == "" {
		return nil
	}
	for _, t := range clip.Captions {
		v.Captions = append(v.Captions, track{Lang: t.Language, Label: h.Printer(c).T("language." + t.Language), URL: web.CaptionPath(t)})
	}
	v.Transcript = transcript(clip, h.Lang(c))
	if len(v.Captions) > 0 {
		v.Captions[firstCaption(v.Captions, h.Lang(c), clip.Language)].Default = true
	}
	return v
}

// transcript is what is said in the clip, in the page's language where there are captions in it, otherwise as it is spoken.
func transcript(clip models.Clip, lang string) *transcriptView {
	at := -1
	for _, want := range []string{lang, clip.Language} {
		if at < 0 {
			at = slices.IndexFunc(clip.Captions, func(t models.Caption) bool { return t.Language == want })
		}
	}
	if at < 0 && len(clip.Captions) > 0 {
		at = 0
	}
	if at < 0 {
		return nil
	}
	v := &transcriptView{Lang: clip.Captions[at].Language}
	var end time.Duration
	for i, cue := range clip.Captions[at].Cues() {
		words := strings.Join(cue.Lines, " ")
		if i == 0 || cue.Start-end > paragraphPause { // somebody took a breath
			v.Paragraphs = append(v.Paragraphs, words)
		} else {
			v.Paragraphs[len(v.Paragraphs)-1] += " " + words
		}
		end = cue.End
	}
	return v
}

// firstCaption is the place of the captions that are shown from the start: in the page's language, otherwise as it is spoken.
func firstCaption(tracks []track, languages ...string) int {
	for _, lang := range languages {
		if at := slices.IndexFunc(tracks, func(t track) bool { return t.Lang == lang }); at >= 0 {
			return at
		}
	}
	return 0
}

// locales are Open Graph's names of our languages.
var locales = map[string]string{"nb": "nb_NO", "en": "en_GB"}

// social describes the page for previews. Its address is the personal one: what Facebook merges away in a query stays in a path.
func (h *Handlers) social(c echo.Context, l models.Landing, path string) social {
	p := h.Printer(c)
	s := social{URL: h.URL(path), Title: l.Job.Title, Locale: locales[h.Lang(c)], Description: excerpt(l.Job.Description, 160)}
	if l.Job.Location != "" {
		s.Title = p.T("public.title_place", "Title", l.Job.Title, "Place", l.Job.Location)
	}
	if l.By != "" {
		s.Description = p.T("public.by_line", "Name", l.By) + " " + s.Description
	}
	clip, ok := l.Clip()
	if !ok {
		return s
	}
	s.ImageAlt = clip.Title
	if image := web.ClipMedia(clip, "social"); image != "" {
		s.Image, s.Width, s.Height = h.URL(image), 1200, 630
	} else if image := web.ClipMedia(clip, "poster"); image != "" {
		s.Image = h.URL(image)
	}
	return s
}

// excerpt is the beginning of Markdown as plain text, cut between words.
func excerpt(markdown string, most int) string {
	spaced := strings.ReplaceAll(string(views.Markdown(markdown)), "</", " </")
	text := html.UnescapeString(bluemonday.StrictPolicy().Sanitize(spaced))
	text = strings.Join(strings.Fields(text), " ")
	text = strings.NewReplacer(" .", ".", " ,", ",", " :", ":", " !", "!", " ?", "?").Replace(text)
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	cut := string(runes[:most])
	if at := strings.LastIndexByte(cut, ' '); at > 0 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " ,.;:–-") + " …"
}

// jobCard is an open job in a list.
type jobCard struct {
	Job    models.Job
	Poster string
	Length string
}

// cards are the open jobs, but for one.
func (h *Handlers) cards(except uuid.UUID) []jobCard {
	var cards []jobCard
	for _, l := range h.Directory.Open(h.Now()) {
		if l.Job.ID == except {
			continue
		}
		card := jobCard{Job: l.Job}
		if clip, ok := l.Clip(); ok {
			card.Poster, card.Length = web.ClipMedia(clip, "poster"), web.Length(clip.Duration)
		}
		cards = append(cards, card)
	}
	return cards
}
