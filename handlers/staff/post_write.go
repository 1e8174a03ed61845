package staff

import (
	"bytes"
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/picture"
	"kollega/models"
	"kollega/storage"
)

const (
	maxPhoto   = 12 << 20 // bytes, the largest file of a photograph
	formMemory = 1 << 20  // bytes of a post's form that are held in memory
)

// composeView is the form of a new post.
type composeView struct {
	ID      uuid.UUID // of the post to be, so that what is sent twice is there once
	Text    string
	Alt     string
	Attach  string
	Choices []option
	Names   namesView
	Draft   bool // the text is from before
}

// compose is an empty form, or one with what was written before.
func (h *Handlers) compose(c echo.Context, g models.Group) (composeView, error) {
	ctx, by := c.Request().Context(), *web.User(c)
	v := composeView{ID: models.NewID(), Attach: c.QueryParam("attach")}
	var err error
	if v.Text, err = h.DB.Draft(ctx, by, g.ID); err != nil {
		return v, err
	}
	v.Draft = v.Text != ""
	if v.Names, err = h.names(c, g); err != nil {
		return v, err
	}
	v.Choices, err = h.attachable(c)
	return v, err
}

// attachable are the open jobs and their clips.
func (h *Handlers) attachable(c echo.Context) ([]option, error) {
	jobs, err := h.DB.OpenJobs(c.Request().Context())
	if err != nil || len(jobs) == 0 {
		return nil, err
	}
	p := h.Printer(c)
	choices := []option{{"", p.T("post.attach.none")}}
	for _, j := range jobs {
		choices = append(choices, option{"job:" + j.ID.String(), j.Title})
	}
	for _, j := range jobs {
		for _, clip := range j.Clips {
			choices = append(choices, option{"clip:" + clip.ID.String(), p.T("post.attach.clip", "Clip", clip.Title, "Job", j.Title)})
		}
	}
	return choices, nil
}

type postInput struct {
	ID     string `form:"id"`
	Text   string `form:"text"`
	Alt    string `form:"picture_alt"`
	Attach string `form:"attach"`
}

// post is what is to be written, without its pictures.
func (in postInput) post() models.NewPost {
	p := models.NewPost{Text: in.Text, PictureAlt: in.Alt}
	p.ID, _ = uuid.Parse(in.ID) // a form without one is as good
	kind, s, _ := strings.Cut(in.Attach, ":")
	if id, err := uuid.Parse(s); err == nil {
		switch kind {
		case "job":
			p.JobID = &id
		case "clip":
			p.ClipID = &id
		}
	}
	return p
}

// WritePost writes a post in a group.
func (h *Handlers) WritePost(c echo.Context) error {
	// The files wait on the disk, not in memory.
	if err := c.Request().ParseMultipartForm(formMemory); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return echo.NewHTTPError(http.StatusBadRequest, err.Error()).SetInternal(err) // as Bind does
	}
	var in postInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	g, err := h.group(c)
	if err != nil {
		return err
	}
	p := in.post()
	p.Pictures, err = h.takePictures(c)
	if err == nil {
		_, err = h.DB.Post(c.Request().Context(), *web.User(c), g.ID, p)
	}
	if err == nil {
		return c.Redirect(http.StatusSeeOther, groupPath(g.ID))
	}
	if _, refused := web.Refused(err); !refused {
		return err
	}
	body, berr := h.groupBody(c)
	if berr != nil {
		return berr
	}
	body.Compose.Text, body.Compose.Alt, body.Compose.Attach, body.Compose.Draft = in.Text, in.Alt, in.Attach, false
	return h.RenderInvalid(c, err, "staff/group.html", body.Title, body)
}

// takePictures makes pictures of the files of a form and stores them.
func (h *Handlers) takePictures(c echo.Context) ([]models.PostPicture, error) {
	form, err := c.MultipartForm()
	if errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = form.RemoveAll() }()
	files := form.File["pictures"]
	if len(files) > models.MaxPictures {
		return nil, models.Invalid("pictures", "post.error.pictures", "Max", models.MaxPictures)
	}
	var made []models.PostPicture
	for _, file := range files {
		p, err := h.takePicture(c.Request().Context(), file)
		if err != nil {
			return nil, err
		}
		made = append(made, p)
	}
	return made, nil
}

// takePicture makes a picture of a file and stores it; what becomes of no post is swept up.
func (h *Handlers) takePicture(ctx context.Context, file *multipart.FileHeader) (models.PostPicture, error) {
	if file.Size > maxPhoto {
		return models.PostPicture{}, models.Invalid("pictures", "post.error.picture_size", "Max", maxPhoto>>20)
	}
	f, err := file.Open()
	if err != nil {
		return models.PostPicture{}, err
	}
	defer f.Close()
	jpg, w, hgt, err := picture.Photo(ctx, f)
	switch {
	case errors.Is(err, picture.ErrKind):
		return models.PostPicture{}, models.Invalid("pictures", "post.error.picture_kind", "Name", file.Filename)
	case errors.Is(err, picture.ErrSize):
		return models.PostPicture{}, models.Invalid("pictures", "post.error.picture_pixels", "Name", file.Filename)
	case errors.Is(err, picture.ErrDamaged):
		return models.PostPicture{}, models.Invalid("pictures", "post.error.picture_damaged", "Name", file.Filename)
	case err != nil:
		return models.PostPicture{}, err
	}
	p := models.PostPicture{Key: models.PictureKey(), Width: w, Height: hgt}
	if err := h.Store.Put(ctx, p.Key, bytes.NewReader(jpg), storage.PutOptions{ContentType: "image/jpeg"}); err != nil {
		h.Log.WarnContext(ctx, "a picture was not stored, the post is kept in its form", "error", err.Error())
		return p, models.Invalid("pictures", "post.error.picture_store")
	}
	return p, nil
}

// Picture answers a picture of a post that whoever asks may read.
func (h *Handlers) Picture(c echo.Context) error {
	group, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	id, err := web.ID(c, "picture")
	if err != nil {
		return err
	}
	p, err := h.DB.SeenPicture(c.Request().Context(), *web.User(c), group, id)
	if err != nil {
		return err
	}
	return h.SendFile(c, web.Stored{Key: p.Key, Name: "bilde.jpg", Type: "image/jpeg", Show: true})
}
