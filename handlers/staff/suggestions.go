package staff

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

type suggestionsBody struct {
	Open, Decided         []suggestionCard
	MoreOpen, MoreDecided string // addresses of the pages after
	Later                 bool   // this is not the first page: it has one of the lists
}

type suggestionCard struct {
	models.SuggestionRow

	By  string // empty for somebody who has left
	Own bool
}

type suggestionNewBody struct{ In models.Suggestion }

type suggestionBody struct {
	models.Suggestion

	By      string
	Own     bool
	Decides bool
	Written string // the reason, as written
	Support models.Support
	Remarks *web.RemarksView
}

// Suggestions are the clips and jobs that colleagues would like there to be.
func (h *Handlers) Suggestions(c echo.Context) error {
	page, _ := strconv.Atoi(c.QueryParam("cursor")) // what is no number is the first page
	page = min(max(page, 0), maxPage)
	body, list := suggestionsBody{Later: page > 0}, c.QueryParam("list")
	var err error
	if !body.Later || list == "open" {
		if body.Open, body.MoreOpen, err = h.suggestionCards(c, false, page); err != nil {
			return err
		}
	}
	if !body.Later || list == "decided" {
		if body.Decided, body.MoreDecided, err = h.suggestionCards(c, true, page); err != nil {
			return err
		}
	}
	return h.Render(c, "staff/suggestions.html", h.Printer(c).T("suggestions.title"), body)
}

// maxPage is how far pages are counted.
const maxPage = 10_000

// suggestionCards are a page of the open suggestions or of those decided, and the address of the next.
func (h *Handlers) suggestionCards(c echo.Context, decided bool, page int) (cards []suggestionCard, next string, err error) {
	by := *web.User(c)
	rows, more, err := h.DB.Suggestions(c.Request().Context(), by, decided, page)
	for _, r := range rows {
		cards = append(cards, suggestionCard{r, web.NameOf(r.User), r.UserID == by.ID})
	}
	list := "open"
	if decided {
		list = "decided"
	}
	if more {
		next = moreOf("/suggestions", list, strconv.Itoa(page+1))
	}
	return cards, next, err
}

// NewSuggestion shows the form.
func (h *Handlers) NewSuggestion(c echo.Context) error {
	return h.Render(c, "staff/suggestion_new.html", h.Printer(c).T("suggestion.new"), suggestionNewBody{models.Suggestion{Kind: models.SuggestionKinds[0]}})
}

// Suggest tells the house of something that there should be.
func (h *Handlers) Suggest(c echo.Context) error {
	in := models.Suggestion{Kind: c.FormValue("kind"), Title: c.FormValue("title"), Words: c.FormValue("words")}
	s, err := h.DB.Suggest(c.Request().Context(), *web.User(c), in)
	if _, refused := web.Refused(err); refused {
		return h.RenderInvalid(c, err, "staff/suggestion_new.html", h.Printer(c).T("suggestion.new"), suggestionNewBody{in})
	}
	if err != nil {
		return h.refuse(c, err, "/suggestions")
	}
	h.Flash(c, "success", h.Printer(c).T("suggestion.said"))
	return c.Redirect(http.StatusSeeOther, "/suggestions/"+s.ID.String())
}

// Suggestion is one suggestion with who stands behind it and what was said.
func (h *Handlers) Suggestion(c echo.Context) error {
	body, err := h.suggestionBody(c)
	if err != nil {
		return err
	}
	return h.Render(c, "staff/suggestion.html", body.Title, body)
}

func (h *Handlers) suggestionBody(c echo.Context) (suggestionBody, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return suggestionBody{}, err
	}
	ctx, by := c.Request().Context(), *web.User(c)
	s, err := h.DB.Suggestion(ctx, id)
	if err != nil {
		return suggestionBody{}, err
	}
	open := s.State == models.SuggestionOpen
	body := suggestionBody{Suggestion: s, By: web.NameOf(s.User), Own: s.UserID == by.ID && open, Decides: by.Is(models.RoleHR) && open}
	on := models.RemarkOn{SuggestionID: &id}
	if body.Support, err = h.DB.SupportOf(ctx, by, on); err != nil {
		return body, err
	}
	said, next, err := h.DB.Remarks(ctx, by, on, c.QueryParam(web.RemarksAfter))
	body.Remarks = web.Remarks(by, "suggestion", id, said, next, "/suggestions/"+id.String(), c.QueryParams())
	return body, err
}

// SupportSuggestion says that one stands behind a suggestion, or takes that back.
func (h *Handlers) SupportSuggestion(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	page := "/suggestions/" + id.String()
	if err := h.DB.SupportSuggestion(c.Request().Context(), *web.User(c), id, c.FormValue("support") != "no"); err != nil {
		return h.refuse(c, err, page)
	}
	return c.Redirect(http.StatusSeeOther, page+"#support")
}

// SupportWording says that one stands behind a suggested wording, or takes that back.
func (h *Handlers) SupportWording(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	page := "/wordings/" + id.String()
	if err := h.DB.SupportWording(c.Request().Context(), *web.User(c), id, c.FormValue("support") != "no"); err != nil {
		return h.refuse(c, err, page)
	}
	return c.Redirect(http.StatusSeeOther, page+"#support")
}

// DecideSuggestion takes a suggestion up, or says why not.
func (h *Handlers) DecideSuggestion(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	page, taken := "/suggestions/"+id.String(), c.FormValue("take") != ""
	err = h.DB.DecideSuggestion(c.Request().Context(), *web.User(c), id, taken, c.FormValue("reason"))
	if _, refused := web.Refused(err); refused {
		body, berr := h.suggestionBody(c)
		if berr != nil {
			return berr
		}
		body.Written = c.FormValue("reason")
		return h.RenderInvalid(c, err, "staff/suggestion.html", body.Title, body)
	}
	if err != nil {
		return h.refuse(c, err, page)
	}
	h.Flash(c, "success", h.Printer(c).T("wording.declined"))
	return c.Redirect(http.StatusSeeOther, page)
}

// WithdrawSuggestion takes one's own suggestion back.
func (h *Handlers) WithdrawSuggestion(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := h.DB.WithdrawSuggestion(c.Request().Context(), *web.User(c), id); err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T("wording.withdrawn"))
	return c.Redirect(http.StatusSeeOther, "/suggestions")
}
