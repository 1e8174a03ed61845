package public

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
	"kollega/storage"
)

const (
	// mediaFresh is short because a clip may be withdrawn: a minute, in which one playing needs no questions, then every cache
	// must ask, and is told in a few bytes that nothing has changed or that there is nothing any more.
	mediaFresh = "public, max-age=60, must-revalidate"

	// mediaLimit is how long a slow phone may take for one answer.
	mediaLimit = 15 * time.Minute
)

// Media streams a made file of a published clip; HR sees those of every clip. Ranges are answered: Safari plays nothing without.
func (h *Handlers) Media(c echo.Context) error {
	id, err := web.ID(c, "clip")
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(c.Param("version"))
	if err != nil {
		return models.ErrNotFound
	}
	f, public, err := h.DB.ClipFile(c.Request().Context(), id, version, c.Param("name"))
	if err == nil {
		err = h.mayWatch(c, id, public)
	}
	if err != nil {
		return err
	}
	return h.stream(c, f)
}

// stream answers with a made file.
func (h *Handlers) stream(c echo.Context, f models.ClipFile) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), mediaLimit)
	defer cancel()
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(mediaLimit)) // not every writer has one
	body := &object{ctx: ctx, store: h.Store, key: f.Key, size: f.Size}
	defer body.Close()
	c.Response().Header().Set(echo.HeaderContentType, f.ContentType)
	return serve(c, `"`+f.ClipID.String()+"-"+strconv.Itoa(f.Version)+"-"+f.Name+`"`, body)
}

// Captions answers the captions of a clip, with the clip's rights.
func (h *Handlers) Captions(c echo.Context) error {
	id, err := web.ID(c, "clip")
	if err != nil {
		return err
	}
	lang, ok := strings.CutSuffix(c.Param("file"), ".vtt")
	if !ok {
		return models.ErrNotFound
	}
	caption, public, err := h.DB.Caption(c.Request().Context(), id, lang)
	if err == nil {
		err = h.mayWatch(c, id, public)
	}
	if err != nil {
		return err
	}
	return captionText(c, caption)
}

func captionText(c echo.Context, caption models.Caption) error {
	sum := sha256.Sum256([]byte(caption.VTT))
	c.Response().Header().Set(echo.HeaderContentType, "text/vtt; charset=utf-8")
	return serve(c, `"`+hex.EncodeToString(sum[:12])+`"`, bytes.NewReader([]byte(caption.VTT)))
}

// mayWatch lets everybody see what is published, HR the rest, and of what is proposed those whom it concerns; nobody else
// learns that there is a rest.
func (h *Handlers) mayWatch(c echo.Context, id uuid.UUID, public bool) error {
	if public {
		c.Response().Header().Set(echo.HeaderCacheControl, mediaFresh)
		return nil
	}
	if u := h.Peek(c); u == nil || !u.Is(models.RoleHR) {
		if program, err := h.Bearer(c); err != nil || !program.Is(models.RoleHR) { // the API names these addresses
			if err := h.mayWatchProposed(c, u, id); err != nil {
				return err
			}
		}
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-cache")
	return nil
}

// mayWatchProposed lets a colleague watch their own proposal, and a leader those to decide.
func (h *Handlers) mayWatchProposed(c echo.Context, u *models.User, id uuid.UUID) error {
	if u == nil {
		return models.ErrNotFound
	}
	ok, err := h.DB.MayWatch(c.Request().Context(), *u, id)
	if err == nil && !ok {
		return models.ErrNotFound
	}
	return err
}

// serve answers with what content holds: whole, ranges, or that nothing has changed. An error before the first byte is returned.
func serve(c echo.Context, etag string, content io.ReadSeeker) error {
	c.Response().Header().Set("ETag", etag)
	w := &lateHeader{ResponseWriter: c.Response(), empty: c.Request().Method == http.MethodHead}
	http.ServeContent(w, c.Request(), "", time.Time{}, content)
	o, ok := content.(*object)
	if !ok || o.err == nil || w.sent {
		w.flush()
		return nil
	}
	for _, name := range []string{"ETag", "Accept-Ranges", "Content-Range", "Content-Length", echo.HeaderCacheControl, echo.HeaderContentType} {
		c.Response().Header().Del(name)
	}
	return o.err
}

// lateHeader keeps the status back until a byte of the body is there, so that a store that is away can still be told.
type lateHeader struct {
	http.ResponseWriter
	code  int
	sent  bool
	empty bool // there will be no body
}

// WriteHeader notes the status.
func (w *lateHeader) WriteHeader(code int) {
	w.code = code
	if w.empty || code == http.StatusNotModified || code >= 400 {
		w.flush()
	}
}

// Write sends the status first.
func (w *lateHeader) Write(p []byte) (int, error) {
	w.flush()
	return w.ResponseWriter.Write(p)
}

func (w *lateHeader) flush() {
	if !w.sent && w.code != 0 {
		w.sent = true
		w.ResponseWriter.WriteHeader(w.code)
	}
}

// object reads an object from where it was sought to; the store is asked at the first read.
type object struct {
	ctx       context.Context //nolint:containedctx // an io.Reader has no other way
	store     *storage.Store
	key       string
	size, pos int64
	body      io.ReadCloser
	err       error // what the store answered instead
}

// Read reads on.
func (o *object) Read(p []byte) (int, error) {
	if o.pos >= o.size {
		return 0, io.EOF
	}
	if o.body == nil {
		got, err := o.store.Get(o.ctx, o.key, "bytes="+strconv.FormatInt(o.pos, 10)+"-")
		if err != nil {
			o.err = err
			return 0, err
		}
		o.body = got.Body
	}
	n, err := o.body.Read(p)
	o.pos += int64(n)
	return n, err
}

// Seek moves to where the next read begins.
func (o *object) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.pos
	case io.SeekEnd:
		offset += o.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the beginning")
	}
	if offset != o.pos {
		o.Close()
		o.pos = offset
	}
	return offset, nil
}

// Close lets go of the object.
func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	body := o.body
	o.body = nil
	return body.Close()
}
