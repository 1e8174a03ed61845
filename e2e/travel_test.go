package e2e_test

import (
	"bytes"
	"fmt"
	"image"
	_ "image/png"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"kollega/internal/i18n"
	"kollega/media/mediatest"
)

// shareSheet stands in for a phone's: it notes what it is handed. Desktop Chromium has none.
const shareSheet = `
	navigator.canShare = data => data.files.every(f => f.type === "video/mp4");
	navigator.share = async data => { window.handed = { text: data.text, files: data.files.map(f => ({ name: f.name, type: f.type, size: f.size })) }; };`

// handed is what the share sheet was given.
type handed struct {
	Text  string `json:"text"`
	Files []struct {
		Name string `json:"name"`
		Type string `json:"type"`
		Size int    `json:"size"`
	} `json:"files"`
}

// published sends a clip of six seconds in which nobody speaks and is recognised, and publishes it.
func (c *client) published(job string) clip {
	c.t.Helper()
	u := c.sendAll(job, mediatest.Clip(c.t, 6, mediatest.Size(1280, 720)))
	if got := c.settled(u.ID, time.Minute); got.Status != "ready" {
		c.t.Fatalf("clip: %+v", got)
	}
	c.must(http.StatusOK, http.MethodPatch, "/api/v1/clips/"+u.ID, strings.NewReader(`{"no_speech":true,"nobody_recognisable":true}`), "Content-Type", "application/json")
	c.must(http.StatusOK, http.MethodPost, "/api/v1/clips/"+u.ID+"/publish", nil)
	return api[clip](c, http.StatusOK, http.MethodGet, "/clips/"+u.ID, nil)
}

// TestClipTravelsWithTheColleaguesCode takes a clip from a colleague's phone to an app in which no link can be clicked.
func TestClipTravelsWithTheColleaguesCode(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	c.published(job.ID)
	p.addUser("kari@example.org", colleague, "employee")
	phone, say := p.signedIn("kari@example.org", look{lang: i18n.Bokmal, phone: true}), words(t, i18n.Bokmal)
	_, err := chromedp.Call(phone.ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: shareSheet})
	phone.must(err, "share sheet")
	phone.open("/share/" + job.ID)
	phone.submit(`main form[action="/share/` + job.ID + `/tiktok"] button`)
	link := eval[string](phone, `document.querySelector("#link-url").value`)
	phone.sees(say.T("cut.title"))
	phone.click("[data-cut] [data-part=make]")
	phone.until(`document.querySelector("[data-cut] [data-part=send]").offsetHeight > 0`, 2*time.Minute)
	phone.click("[data-cut] [data-part=send]")
	phone.until("window.handed", patience)
	got := eval[handed](phone, "window.handed")
	address := eval[string](phone, `document.querySelector("[data-cut] [data-part=save]").href`)
	file := newClient(p, "").must(http.StatusOK, http.MethodGet, address, nil)
	if len(got.Files) != 1 || got.Files[0].Type != "video/mp4" || got.Files[0].Size != len(file.body) || !strings.HasSuffix(got.Files[0].Name, ".mp4") {
		t.Errorf("the app is handed %+v, want the clip of %d bytes", got.Files, len(file.body))
	}
	if !strings.Contains(got.Text, link) {
		t.Errorf("the app is handed the text %q, want the address %s in it", got.Text, link)
	}
	if how := file.header.Get("Content-Disposition"); !strings.HasPrefix(how, "attachment") {
		t.Errorf("the download comes with %q", how)
	}
	cut := filepath.Join(t.TempDir(), "cut.mp4")
	if err := os.WriteFile(cut, []byte(file.body), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, width := range []int{720, 240} {
		if code := codeAtTheEnd(t, cut, width); code != link {
			t.Errorf("%d wide: the code of the last second reads %q, want %s", width, code, link)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "warning", "-i", cut, "-f", "null", "-").CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("decoding the cut: %v: %s", err, out)
	}
	path := strings.TrimSuffix(strings.TrimPrefix(address, p.base), "?download=1")
	eval[bool](phone, fmt.Sprintf(`(document.body.innerHTML = "<video playsinline></video>", document.querySelector("video").src = %q, true)`, path))
	said := evalWithin[seen](phone, playing, time.Minute)
	if said.Error != "" || said.Corrupt > 0 || said.Width != 720 || said.Height != 1280 || said.Duration < 8.4 || said.Duration > 8.7 || said.At < said.Duration-0.1 {
		t.Errorf("in the browser: %+v, want 8.5 s of 720x1280, played across the join to the end", said)
	}
	if len(said.Pixel) != 3 || slices.Max(said.Pixel) > 120 { // the card's own colour, where the clip is bright
		t.Errorf("the last picture has the corner %v, want the end card's", said.Pixel)
	}
	for _, problem := range phone.complaints() {
		t.Errorf("the browser complains: %s", problem)
	}
}

// codeAtTheEnd is what a QR reader finds half a second before a video's end, at that width.
func codeAtTheEnd(t *testing.T, path string, width int) string {
	t.Helper()
	png, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-sseof", "-0.5", "-i", path, "-frames:v", "1",
		"-vf", fmt.Sprintf("scale=%d:-2", width), "-f", "image2pipe", "-c:v", "png", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	img, _, err := image.Decode(bytes.NewReader(png))
	if err != nil {
		t.Fatal(err)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Errorf("%d wide: no code is found: %v", width, err)
		return ""
	}
	return got.GetText()
}

var consentLink = regexp.MustCompile(`https?://\S+/consent/[A-Za-z0-9_-]+\S*`)

// TestWithdrawalTakesTheClipFromEveryAddress follows somebody in a clip from the mail to the day they change their mind.
func TestWithdrawalTakesTheClipFromEveryAddress(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	say, stranger := words(t, i18n.Bokmal), newClient(p, "")
	u := c.sendAll(job.ID, mediatest.Clip(t, 6, mediatest.Size(1280, 720)))
	if got := c.settled(u.ID, time.Minute); got.Status != "ready" {
		t.Fatalf("clip: %+v", got)
	}
	c.must(http.StatusOK, http.MethodPut, "/api/v1/clips/"+u.ID+"/captions/nb", strings.NewReader("WEBVTT\n\n00:01.000 --> 00:03.000\nHei!\n"), "Content-Type", "text/vtt")
	c.must(http.StatusConflict, http.MethodPost, "/api/v1/clips/"+u.ID+"/publish", nil)
	hr := p.signedIn("admin@example.org", look{lang: i18n.Bokmal})
	hr.open("/hr/clips/" + u.ID)
	hr.fill("person_name", "Ola Sett", "person_email", "sett@example.com")
	hr.submit(`#people form[action$="/people"] .actions button`)
	hr.sees("Ola Sett", say.T("consent.state.asked"))
	address := consentLink.FindString(p.mail("sett@example.com").text)
	person := newTab(t, p.base, look{lang: i18n.Bokmal, phone: true})
	person.open(address)
	person.until(`document.querySelector("main video").duration > 5`, patience)
	person.submit(`#answer-buttons button[value=yes]`)
	person.sees(say.T("consent.agreed.title"))
	c.must(http.StatusOK, http.MethodPost, "/api/v1/clips/"+u.ID+"/publish", nil)

	link := api[made](c, http.StatusCreated, http.MethodPost, "/links", map[string]string{"job_id": job.ID, "channel": "snapchat"})
	addresses := p.addressesOf(c, u.ID, link)
	if len(addresses) < 9 { // video, small, poster, social image, strip and its index, stills, captions, the cut
		t.Fatalf("got the addresses %q", addresses)
	}
	for _, a := range addresses {
		stranger.must(http.StatusOK, http.MethodGet, a, nil)
	}
	page := stranger.must(http.StatusOK, http.MethodGet, "/s/"+link.Code, nil).body
	if !strings.Contains(page, "<video") {
		t.Fatalf("the share link shows no clip: %.500s", page)
	}
	stored := func() []string {
		files, _ := filepath.Glob(filepath.Join(p.dir, "s3", "objects", "*", "clip-*"))
		return files
	}
	if n := len(stored()); n < len(addresses) {
		t.Fatalf("%d files are stored for %d addresses", n, len(addresses))
	}

	person.open(address)
	person.submit(`main a.danger`)
	clicked := time.Now()
	person.submit(`main form button.danger`)
	for _, a := range addresses {
		stranger.must(http.StatusNotFound, http.MethodGet, a, nil)
	}
	t.Logf("from the click to 404 on %d addresses: %s", len(addresses), time.Since(clicked).Round(time.Millisecond))
	page = stranger.must(http.StatusOK, http.MethodGet, "/s/"+link.Code, nil).body
	if strings.Contains(page, "<video") || strings.Contains(page, u.ID) || !strings.Contains(page, "Elektriker") {
		t.Errorf("the share link shows %.3000s, want the job without the clip", page)
	}
	p.until("the files are gone from the store", time.Minute, func() bool { return len(stored()) == 0 })
	if got := p.mails("admin@example.org"); !slices.ContainsFunc(got, func(l letter) bool { return strings.Contains(l.text, "Ola Sett") }) {
		t.Errorf("HR is not told: %+v", got)
	}
	hr.open("/hr/clips/" + u.ID)
	hr.sees(say.T("clip.status.withdrawn"))
	for _, problem := range person.complaints() {
		t.Errorf("the browser complains: %s", problem)
	}
}

// addressesOf are all addresses under which a published clip's files stand, with a personal download of the link.
func (p *program) addressesOf(c *client, clipID string, link made) (all []string) {
	p.t.Helper()
	for _, a := range api[clip](c, http.StatusOK, http.MethodGet, "/clips/"+clipID, nil).Files {
		all = append(all, a)
	}
	all = append(all, "/media/"+clipID+"/captions/nb.vtt")
	p.until("the personal download is ready", 2*time.Minute, func() bool {
		got, err := c.do(http.MethodPost, "/api/v1/links/"+link.ID+"/cuts", strings.NewReader(`{"format":"square"}`), "Content-Type", "application/json")
		if err != nil || got.status != http.StatusOK {
			return false
		}
		if at := regexp.MustCompile(`"url":"([^"]+)"`).FindStringSubmatch(got.body); at != nil {
			all = append(all, at[1])
		}
		return true
	})
	return all
}
