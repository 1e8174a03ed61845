package hr_test

import (
	"fmt"
	"net/url"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestPictureIsChosenAndClipMadeAgain(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	clip := s.Clip(s.Job(models.Job{}), models.Clip{Duration: 12})
	at := "/hr/clips/" + clip.ID.String()
	for i, moment := range []float64{1.5, 7.25} {
		_, err := s.DB.Pool().Exec(t.Context(), `insert into clip_files (clip_id, version, name, key, content_type, size, at) values ($1, 1, $2, $3, 'image/jpeg', 1000, $4)`,
			clip.ID, fmt.Sprintf("still-%d", i+1), models.ClipKey(), moment)
		if err != nil {
			t.Fatal(err)
		}
	}
	choose := func(at, moment string) url.Values { return url.Values{"at": {at}, "moment": {moment}} }
	s.Run(t, []handlerstest.Scenario{
		{Name: "page", As: "hr", Path: at, WantStatus: 200, WantBody: []string{`value="7.25"><img src="/media/` + clip.ID.String() + `/1/still-2" alt="Bildet ved 0:07"`, `max="12"`, "Lag klippet på nytt"}, NotBody: []string{"hx-get"}},
		{Name: "still", As: "hr", Path: at + "/poster", Form: choose("7.25", "0"), WantStatus: 303},
		{Name: "chosen", As: "hr", Path: at, WantStatus: 200, WantBody: []string{`value="7.25" checked`, "Det nye bildet lages nå", `hx-select="#social-image"`}},
		{Name: "any moment", As: "hr", Path: at + "/poster", Form: choose("moment", "3.3"), WantStatus: 303},
		{Name: "it is chosen", As: "hr", Path: at, WantStatus: 200, WantBody: []string{`value="moment" checked`, `step="0.1" value="3.3"`}},
		{Name: "outside", As: "hr", Path: at + "/poster", Form: choose("moment", "12.1"), WantStatus: 422, WantBody: []string{"Velg et øyeblikk i klippet"}},
		{Name: "no number", As: "hr", Path: at + "/poster", Form: choose("", ""), WantStatus: 422},
		{Name: "NaN", As: "hr", Path: at + "/poster", Form: choose("NaN", ""), WantStatus: 422},
		{Name: "again", As: "hr", Method: "POST", Path: at + "/remake", WantStatus: 303},
		{Name: "once", As: "hr", Method: "POST", Path: at + "/remake", WantStatus: 303},
		{Name: "is on its way", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Klippet lages på nytt", "I kø", `hx-select="#makings"`}},
		{Name: "still public", As: "guest", Method: "HEAD", Path: "/media/" + clip.ID.String() + "/1/poster", WantStatus: 200},
	})
	var made int
	if err := s.DB.Pool().QueryRow(t.Context(), `select count(*) from makings where kind = 'version'`).Scan(&made); err != nil || made != 1 {
		t.Errorf("made again %d times, %v", made, err)
	}
	if _, err := s.DB.Pool().Exec(t.Context(), `update makings set status = 'failed', error_code = 'original_gone' where kind = 'version'`); err != nil {
		t.Fatal(err)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "why it was not made", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Ikke laget", "Originalen finnes ikke"}},
	})
}
