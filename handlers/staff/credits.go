package staff

import (
	"math"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// ownCredits is how many applications "My links" tells of.
const ownCredits = 50

// ownCredit is what an application gave, in words; it does not name the candidate.
type ownCredit struct {
	models.OwnCredit
	Share int // percent
	Why   string
	Text  string // of an appeal that was refused
}

func (h *Handlers) ownCredits(c echo.Context) ([]ownCredit, error) {
	credits, err := h.DB.OwnCredits(c.Request().Context(), web.User(c).ID, ownCredits)
	out := make([]ownCredit, len(credits))
	for i, cr := range credits {
		out[i] = ownCredit{OwnCredit: cr, Share: int(math.Round(100 * cr.Weight)), Why: web.CreditReason(h.Printer(c), cr.Credit, "")}
	}
	return out, err
}

// Appeal takes a colleague's word against how they were credited.
func (h *Handlers) Appeal(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	text := c.FormValue("text")
	if err := h.DB.AppealCredit(c.Request().Context(), *web.User(c), id, text); err != nil {
		if _, refused := web.Refused(err); !refused {
			return err
		}
		body, shown := h.linksBody(c)
		if shown != nil {
			return shown
		}
		for i := range body.Credits {
			if body.Credits[i].ApplicationID == id {
				body.Credits[i].Text = text
			}
		}
		return h.RenderInvalid(c, err, "staff/links.html", h.Printer(c).T("links.title"), body)
	}
	h.Flash(c, "ok", h.Printer(c).T("appeal.sent"))
	return c.Redirect(http.StatusSeeOther, "/links#applications")
}
