package hr

import (
	"errors"
	"html/template"
	"slices"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/auth"
	"kollega/models"
)

// cardsInput is who shall have cards.
type cardsInput struct {
	Team  string   `form:"team" query:"team"`
	Batch string   `form:"batch"`
	Users []string `form:"user"`
}

// cardsView is who may have a card, and who has one.
type cardsView struct {
	cardsInput

	Holders []models.CardHolder
	Teams   []Option
	Max     int // cards at once
}

// Chosen tells whether somebody's card is to be made: as it was sent, at first of those who have none, as many as go at once.
func (v cardsView) Chosen(holder models.CardHolder) bool {
	return slices.Contains(v.Users, holder.ID.String())
}

// Cards lists the people who sign in with cards.
func (h *Handlers) Cards(c echo.Context) error {
	view, err := h.cardsView(c, cardsInput{Team: c.QueryParam("team")})
	if err != nil {
		return err
	}
	return h.Render(c, "hr/cards.html", h.Printer(c).T("cards.title"), view)
}

func (h *Handlers) cardsView(c echo.Context, in cardsInput) (view cardsView, err error) {
	in.Batch = models.NewID().String()
	view = cardsView{cardsInput: in, Max: models.MaxCards}
	if view.Teams, err = h.teamOptions(c, h.Printer(c).T("people.all_teams")); err != nil {
		return view, err
	}
	if view.Holders, err = h.DB.CardHolders(c.Request().Context(), optionalID(in.Team)); err != nil || in.Users != nil {
		return view, err
	}
	for _, holder := range view.Holders {
		if holder.Card == nil && len(view.Users) < models.MaxCards {
			view.Users = append(view.Users, holder.ID.String())
		}
	}
	return view, nil
}

// printedCard is a card on the sheet.
type printedCard struct {
	models.PrintedCard

	QR template.URL // of the address that opens the form with the code filled in
}

// cardSheet is what is printed: its PINs are on no other page.
type cardSheet struct {
	Cards   []printedCard
	Address string // of the form, to type
	Digits  int
}

// MakeCards makes cards and shows them, this once; asking for the page again does not.
func (h *Handlers) MakeCards(c echo.Context) error {
	var in cardsInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	p := h.Printer(c)
	ids, err := userIDs(in.Users)
	if err != nil {
		return err
	}
	batch, err := uuid.Parse(in.Batch)
	if err != nil {
		batch = models.NewID()
	}
	made, err := h.DB.MakeCards(c.Request().Context(), *web.User(c), batch, ids)
	if _, bad := web.Refused(err); bad {
		view, verr := h.cardsView(c, in)
		return errors.Join(verr, h.RenderInvalid(c, err, "hr/cards.html", p.T("cards.title"), view))
	}
	if err != nil {
		return h.Done(c, err, "", "/hr/cards")
	}
	sheet := cardSheet{Address: h.URL("/card"), Digits: auth.PINLength}
	for _, card := range made {
		code, err := web.Drawing(h.URL("/card?code=" + card.Code))
		if err != nil {
			return err
		}
		sheet.Cards = append(sheet.Cards, printedCard{card, code})
	}
	return h.Render(c, "hr/cards_sheet.html", p.T("cards.sheet.title"), sheet)
}

// userIDs are people who were ticked; what is no id is nobody's.
func userIDs(ticked []string) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	for _, s := range ticked {
		id, err := uuid.Parse(s)
		if err != nil {
			return nil, models.ErrNotFound
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// FreeCard has a person's card work again on all devices, after wrong PINs.
func (h *Handlers) FreeCard(c echo.Context) error {
	return h.personDeed(c, h.DB.FreeCard, "cards.freed")
}

// RevokeCard takes a person's card out of use.
func (h *Handlers) RevokeCard(c echo.Context) error {
	return h.personDeed(c, h.DB.RevokeCard, "cards.revoked")
}
