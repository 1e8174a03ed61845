package web

import (
	"cmp"
	"context"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
)

// FileWithin is how long a slow line may take for a file that is for one person.
const FileWithin = 5 * time.Minute

// Stored is a file in the store.
type Stored struct {
	Key  string
	Name string // that it gets where it is kept
	Type string // media type
	Show bool   // in the browser, rather than to be kept
}

// SendFile answers a stored file that is for whoever asks alone. Its route takes what it takes: see Route.Long.
func (a *App) SendFile(c echo.Context, f Stored) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), FileWithin)
	defer cancel()
	stored, err := a.Store.Get(ctx, f.Key, "")
	if err != nil {
		return err
	}
	defer stored.Body.Close()
	Slowly(c)
	disposition := "attachment"
	if f.Show {
		disposition = "inline"
	}
	named(c, disposition, f.Name)
	head := c.Response().Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set(echo.HeaderCacheControl, "no-store")
	head.Set(echo.HeaderContentLength, strconv.FormatInt(stored.Length, 10))
	return c.Stream(http.StatusOK, cmp.Or(f.Type, echo.MIMEOctetStream), stored.Body)
}

// Attachment makes the browser keep the answer as a file of that name rather than show it.
func Attachment(c echo.Context, name string) { named(c, "attachment", name) }

func named(c echo.Context, disposition, name string) {
	c.Response().Header().Set(echo.HeaderContentDisposition, mime.FormatMediaType(disposition, map[string]string{"filename": name}))
}

// Slowly gives a slow line its time.
func Slowly(c echo.Context) {
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(FileWithin)) // not every writer has one
}
