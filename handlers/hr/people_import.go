package hr

import (
	"encoding/json"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/auth"
	"kollega/models"
)

// importView is the list of people that was handed in, with what it will do.
type importView struct {
	Plan    *models.ImportPlan // nil before a file was chosen
	Content string             // the rows as read, signed for whoever handed them in
	Does    int                // lines that change something
}

// previewLasts is how long a looked-at list can be confirmed.
const previewLasts = 2 * time.Hour

// maxContent is the longest list that travels with the page, in characters: as much as its route takes.
const maxContent = 4 << 20

// ImportForm asks for a list of people.
func (h *Handlers) ImportForm(c echo.Context) error {
	return h.Render(c, "hr/people_import.html", h.Printer(c).T("people.import.title"), importView{})
}

// PreviewImport shows what a list will do, line by line, before anything changes.
func (h *Handlers) PreviewImport(c echo.Context) error {
	title := h.Printer(c).T("people.import.title")
	rows, err := uploadedPeople(c)
	if err != nil {
		return h.RenderInvalid(c, err, "hr/people_import.html", title, importView{})
	}
	by := *web.User(c)
	plan, err := h.DB.PlanImport(c.Request().Context(), by, rows)
	if err != nil {
		return err
	}
	content, err := h.signRows(c, by, rows)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/people_import.html", title, importView{Plan: &plan, Content: content, Does: plan.New + plan.Changed})
}

// Import does what the preview showed. What has changed since is told by the numbers that it ends with.
func (h *Handlers) Import(c echo.Context) error {
	by := *web.User(c)
	rows, err := h.verifyRows(c, by, c.FormValue("content"))
	if err != nil {
		return h.RenderInvalid(c, err, "hr/people_import.html", h.Printer(c).T("people.import.title"), importView{})
	}
	plan, err := h.DB.ImportPeople(c.Request().Context(), by, rows, c.FormValue("invite") != "")
	return h.Done(c, err, "people.import.done", "/hr/people", "New", plan.New, "Changed", plan.Changed, "Error", plan.Error)
}

func uploadedPeople(c echo.Context) ([]models.PersonRow, error) {
	data, err := web.File(c, "file", "error.required", maxUpload)
	if err != nil {
		return nil, err
	}
	return models.ReadPeople(data)
}

// The rows travel with the page, signed, so that what is confirmed is what was looked at, and nothing is kept of a list given up.
func (h *Handlers) signRows(c echo.Context, by models.User, rows []models.PersonRow) (string, error) {
	signer, err := h.signer(c)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(rows)
	if err != nil {
		return "", err
	}
	return signer.Sign(importPurpose(by), payload, h.Now().Add(previewLasts)), nil
}

func (h *Handlers) verifyRows(c echo.Context, by models.User, content string) (rows []models.PersonRow, err error) {
	signer, err := h.signer(c)
	if err != nil {
		return nil, err
	}
	payload, err := signer.Verify(importPurpose(by), content, h.Now())
	if err != nil {
		return nil, models.Invalid("file", "people.import.again")
	}
	return rows, json.Unmarshal(payload, &rows)
}

func importPurpose(by models.User) string { return "people import by " + by.ID.String() }

func (h *Handlers) signer(c echo.Context) (*auth.Signer, error) {
	secret, err := h.DB.Secret(c.Request().Context(), "forms", 32)
	if err != nil {
		return nil, err
	}
	signer, err := auth.NewSigner(auth.Key{ID: 1, Secret: secret})
	if err != nil {
		return nil, err
	}
	return signer.UpTo(maxContent), nil
}
