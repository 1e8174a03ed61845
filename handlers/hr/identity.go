package hr

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/scim"
	"kollega/handlers/web"
	"kollega/models"
)

const identityPage = "/settings/identity"

// identityForm is what an administrator chooses about signing in.
type identityForm struct {
	Passwords    string `form:"passwords"` // all or admins
	CreatePeople bool   `form:"create_people"`
	GroupsClaim  string `form:"groups_claim"`
}

// groupForm is a new line of the mapping.
type groupForm struct {
	Group string `form:"group"`
	Role  string `form:"role"`
	Team  string `form:"team"`
}

// providerView is the house's provider as it is configured, and whether it answers.
type providerView struct {
	Issuer, ClientID, Redirect, LoggedOut string

	Answers bool
}

// identityView is the page about signing in.
type identityView struct {
	identityForm

	Provider     *providerView // nil without one
	Linked       int           // people who have signed in with the house's account
	ClaimSeenAt  *time.Time
	Groups       []models.IdentityGroup
	New          groupForm
	Roles, Teams []Option
	Ways         []Option

	Directory string // address that the house's directory asks at
	Tokens    []models.DirectoryToken
	TokenName string // as written, where it was refused
	Secret    string // of a token that was just made: shown this once
}

// Identity shows how people sign in.
func (h *Handlers) Identity(c echo.Context) error {
	view, err := h.identityView(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/identity.html", h.Printer(c).T("identity.title"), view)
}

// askProviderWithin is how long the page waits for the provider.
const askProviderWithin = 3 * time.Second

func (h *Handlers) identityView(c echo.Context) (view identityView, err error) {
	ctx, p := c.Request().Context(), h.Printer(c)
	s, err := h.DB.IdentitySettings(ctx)
	if err != nil {
		return view, err
	}
	view.identityForm = identityForm{Passwords: "all", CreatePeople: s.CreatePeople, GroupsClaim: s.GroupsClaim}
	if !s.Passwords {
		view.Passwords = "admins"
	}
	view.ClaimSeenAt = s.ClaimSeenAt
	if h.Account != nil {
		limited, stop := context.WithTimeout(ctx, askProviderWithin)
		defer stop()
		o := h.Account.Config()
		view.Provider = &providerView{Issuer: o.Issuer, ClientID: o.ClientID, Redirect: o.Redirect, LoggedOut: o.LoggedOut, Answers: h.Account.Ping(limited) == nil}
	}
	if view.Linked, err = h.DB.CountIdentities(ctx); err != nil {
		return view, err
	}
	view.Directory = h.URL(scim.Prefix)
	if view.Tokens, err = h.DB.DirectoryTokens(ctx); err != nil {
		return view, err
	}
	if view.Groups, err = h.DB.IdentityGroups(ctx); err != nil {
		return view, err
	}
	view.Ways = []Option{{"all", p.T("identity.passwords.all")}, {"admins", p.T("identity.passwords.admins")}}
	view.Roles = []Option{{"", p.T("identity.role_none")}}
	for _, role := range models.Roles {
		view.Roles = append(view.Roles, Option{role, p.T("role." + role)})
	}
	view.Teams, err = h.teamOptions(c, p.T("identity.team_none"))
	return view, err
}

// identityInvalid shows the page again with what was written and what was refused.
func (h *Handlers) identityInvalid(c echo.Context, refused error, change func(*identityView)) error {
	if _, bad := web.Refused(refused); !bad {
		return refused
	}
	view, err := h.identityView(c)
	if err != nil {
		return err
	}
	change(&view)
	return h.RenderInvalid(c, refused, "hr/identity.html", h.Printer(c).T("identity.title"), view)
}

// SaveIdentity writes how people sign in.
func (h *Handlers) SaveIdentity(c echo.Context) error {
	var in identityForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	err := h.DB.SaveIdentitySettings(c.Request().Context(), models.IdentitySettings{
		Passwords: in.Passwords != "admins", CreatePeople: in.CreatePeople, GroupsClaim: in.GroupsClaim,
	})
	if err != nil {
		return h.identityInvalid(c, err, func(v *identityView) { v.identityForm = in })
	}
	return h.Done(c, nil, "identity.saved", identityPage)
}

// AddGroup adds a line to the mapping.
func (h *Handlers) AddGroup(c echo.Context) error {
	var in groupForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	err := h.DB.AddIdentityGroup(c.Request().Context(), in.Group, in.Role, optionalID(in.Team))
	if _, bad := web.Refused(err); bad {
		return h.identityInvalid(c, err, func(v *identityView) { v.New = in })
	}
	return h.Done(c, err, "identity.group_added", identityPage, "Name", in.Group)
}

// DeleteGroup removes a line of the mapping.
func (h *Handlers) DeleteGroup(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return h.Done(c, h.DB.DeleteIdentityGroup(c.Request().Context(), id), "identity.group_removed", identityPage)
}

// AddDirectoryToken makes a token for the house's directory and shows it, this once; asking for the page again does not.
func (h *Handlers) AddDirectoryToken(c echo.Context) error {
	var in struct {
		Name string `form:"token_name"`
	}
	if err := c.Bind(&in); err != nil {
		return err
	}
	secret, err := h.DB.CreateDirectoryToken(c.Request().Context(), *web.User(c), in.Name)
	if bad, ok := web.Refused(err); ok {
		for _, e := range bad {
			e.Field = "token_name"
		}
		return h.identityInvalid(c, bad, func(v *identityView) { v.TokenName = in.Name })
	}
	if err != nil {
		return h.Done(c, err, "", identityPage)
	}
	view, err := h.identityView(c)
	if err != nil {
		return err
	}
	view.Secret = secret
	return h.Render(c, "hr/identity.html", h.Printer(c).T("identity.title"), view)
}

// RevokeDirectoryToken ends a token at once.
func (h *Handlers) RevokeDirectoryToken(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return h.Done(c, h.DB.RevokeDirectoryToken(c.Request().Context(), id), "identity.token_revoked", identityPage)
}

// UnlinkPerson forgets which account a person signs in with.
func (h *Handlers) UnlinkPerson(c echo.Context) error {
	return h.personDeed(c, h.DB.Unlink, "people.unlinked")
}
