package e2e_test

import (
	"testing"

	"github.com/google/uuid"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// shift is people without e-mail, and the screen in their break room.
type shift struct {
	used, fresh models.PrintedCard
	kiosk       string // path
}

// shiftWorkers are some people without e-mail: with a card in use, with a new one, with one that is locked, and without.
func shiftWorkers(t *testing.T, s *handlerstest.Site) (all shift) {
	t.Helper()
	ctx, hr := t.Context(), demoPerson(t, s, models.RoleHR)
	night := s.Team("Nattskift", nil)
	var ids []uuid.UUID
	for _, name := range []string{"Aina Skift", "Berit Skift", "Casper Skift"} {
		u, err := s.DB.AddUser(ctx, hr, models.NewUser{Name: name, Role: models.RoleEmployee, NoEmail: true})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, u.ID)
	}
	for _, name := range []string{"Dagny Natt", "Egil Natt Olafsen-Kristiansund", "Frøydis Natt"} {
		if _, err := s.DB.AddUser(ctx, hr, models.NewUser{Name: name, Role: models.RoleEmployee, NoEmail: true, TeamID: &night.ID}); err != nil {
			t.Fatal(err)
		}
	}
	cards, err := s.DB.MakeCards(ctx, hr, models.NewID(), ids)
	if err != nil {
		t.Fatal(err)
	}
	all.used, all.fresh = cards[0], cards[1]
	if _, err := s.DB.ChoosePIN(ctx, cards[0].ID, "100467", "100467"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.Pool().Exec(ctx, `update cards set failures = $2 where id = $1`, cards[2].ID, models.CardTries); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.MakePosters(ctx, hr, ids[:1]); err != nil {
		t.Fatal(err)
	}
	_, token, err := s.DB.AddKiosk(ctx, hr, "Pauserommet i Bodø")
	if err != nil {
		t.Fatal(err)
	}
	all.kiosk = "/kiosk/" + token
	return all
}

// recognised has u thanked, on the wall and not yet, and puts people into the ranking.
func recognised(t *testing.T, s *handlerstest.Site, u models.User) {
	t.Helper()
	ctx, hr := t.Context(), demoPerson(t, s, models.RoleHR)
	others := []models.User{demoPerson(t, s, models.RoleLeader), hr, demoPerson(t, s, models.RoleAdmin)}
	for i, text := range []string{
		"Du delte stillingen som matros med hele fotballaget ditt. Tre ringte meg dagen etter. Takk!",
		"Takk for at du ble igjen i går, så jeg rakk barnehagen.",
		"Klippet ditt fra kaia er det beste vi har laget.",
	} {
		word, err := s.DB.Thank(ctx, others[i], u.ID, text)
		if err != nil {
			t.Fatal(err)
		}
		if i < 2 {
			if err := s.DB.DecideThanks(ctx, u, word.ID, true); err != nil {
				t.Fatal(err)
			}
		}
	}
	word, err := s.DB.Thank(ctx, u, others[0].ID, "Takk for at du svarte meg samme dag.")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DB.DecideThanks(ctx, others[0], word.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := s.DB.SwitchRanking(ctx, hr, true); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.Pool().Exec(ctx, `update users set joins_ranking = true where id in
		(select id from users where email_key <> '' and deactivated_at is null order by (select count(*) from standing_credits c where c.user_id = users.id) desc limit 7)`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.MakePosters(ctx, u, []uuid.UUID{u.ID}); err != nil {
		t.Fatal(err)
	}
	_, err = s.DB.Pool().Exec(ctx, `update teams set moved_at = null where id in (select team_id from users where deactivated_at is null group by team_id having count(*) >= 5)`)
	if err != nil {
		t.Fatal(err)
	}
}
