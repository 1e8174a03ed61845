package worker

import (
	"testing"
	"time"

	"github.com/riverqueue/river"

	"kollega/media/mediatest"
	"kollega/models"
)

// shown is a clip that is made and published.
func shown(t testing.TB, d Deps, opts ...mediatest.Option) models.Clip {
	t.Helper()
	return published(t, d, mediatest.Clip(t, 4, opts...))
}

// published is shown for any film in which nobody is recognised.
func published(t testing.TB, d Deps, path string) models.Clip {
	t.Helper()
	ctx := t.Context()
	if err := d.DB.SaveOrganisation(ctx, models.Organisation{Name: "Fjordheim", Language: "nb"}); err != nil {
		t.Fatal(err)
	}
	c := work(t, d, uploaded(t, d, path))
	vtt := []byte("WEBVTT\n\n00:00.500 --> 00:03.500\nHei, jeg er {\\b1}kokk\\N her.\n")
	if err := d.DB.SetCaption(ctx, c.ID, "nb", vtt, nil); err != nil {
		t.Fatal(err)
	}
	yes := true
	if err := d.DB.UpdateClip(ctx, c.ID, models.ClipChange{NobodyRecognisable: &yes}); err != nil {
		t.Fatal(err)
	}
	if err := d.DB.PublishClip(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	return read(t, d, c.ID)
}

// makeAll does everything that is asked for, in the order of its urgency, until nothing is left to do.
func makeAll(t testing.TB, d Deps) {
	t.Helper()
	w := &makeOfClip{Deps: d, bodies: newBodies(d)}
	for range 50 {
		var id models.Making
		err := d.DB.Pool().QueryRow(t.Context(), `select m.id from makings m join river_job j on j.args->>'making_id' = m.id::text
			where m.status = 'waiting' and j.state in ('available', 'scheduled') order by j.priority, j.id limit 1`).Scan(&id.ID)
		if err != nil {
			return
		}
		if _, err := d.DB.Pool().Exec(t.Context(), `delete from river_job where args->>'making_id' = $1`, id.ID.String()); err != nil {
			t.Fatal(err)
		}
		if err := w.Work(t.Context(), &river.Job[models.Make]{Args: models.Make{MakingID: id.ID}}); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("there is always more to make")
}

func exists(t *testing.T, d Deps, key string) bool {
	t.Helper()
	_, err := d.Store.Head(t.Context(), key)
	return err == nil
}

func TestChosenPictureIsShownUnderANewAddress(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	c := shown(t, d)
	before, _ := c.File("social")
	still := c.Stills()[4]
	if err := d.DB.ChoosePoster(t.Context(), c.ID, *still.At); err != nil {
		t.Fatal(err)
	}
	makeAll(t, d)
	got := read(t, d, c.ID)
	poster, _ := got.File("poster")
	social, _ := got.File("social")
	if poster.At == nil || *poster.At != *still.At || poster.Name == "poster" || social.Name == before.Name {
		t.Errorf("poster %+v, social %+v", poster, social)
	}
	if old, public, err := d.DB.ClipFile(t.Context(), c.ID, 1, "social"); err != nil || !public || !exists(t, d, old.Key) {
		t.Errorf("the address before: %v %v", public, err)
	}
	d.DB.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	if err := d.DB.ForgetReplaced(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.DB.ClipFile(t.Context(), c.ID, 1, "social"); err == nil {
		t.Error("a picture of yesterday is still there")
	}
	if _, _, err := d.DB.ClipFile(t.Context(), c.ID, 1, social.Name); err != nil {
		t.Errorf("the new one: %v", err)
	}
}

func TestNewNameOfTheHouseReachesTheSocialImages(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	c := shown(t, d)
	poster, _ := c.File("poster")
	social, _ := c.File("social")
	if err := d.DB.SaveOrganisation(t.Context(), models.Organisation{Name: "Havnebyen", Language: "nb", Accent: "#0a3d62"}); err != nil {
		t.Fatal(err)
	}
	if err := (&keepUp{Deps: d}).Work(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	makeAll(t, d)
	got := read(t, d, c.ID)
	after, _ := got.File("social")
	same, _ := got.File("poster")
	if after.Name == social.Name || same.Name != poster.Name {
		t.Errorf("social %s, poster %s", after.Name, same.Name)
	}
	if err := d.DB.KeepUp(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	makeAll(t, d)
	if still, _ := read(t, d, c.ID).File("social"); still.Name != after.Name {
		t.Error("drawn again without need")
	}
}

func TestOldClipIsMadeAgainWithoutABrokenAddress(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	c := shown(t, d)
	makeAll(t, d)
	if err := d.DB.ChoosePoster(t.Context(), c.ID, 1.5); err != nil {
		t.Fatal(err)
	}
	makeAll(t, d)
	if _, err := d.DB.Pool().Exec(t.Context(), `update clips set recipe = 'older' where id = $1`, c.ID); err != nil {
		t.Fatal(err)
	}
	before := read(t, d, c.ID)
	if err := (&keepUp{Deps: d}).Work(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	makeAll(t, d)
	got := read(t, d, c.ID)
	poster, _ := got.File("poster")
	if got.Version != 2 || got.Status != models.ClipPublished || got.Recipe != d.Tools.Recipe() || len(got.Captions) != 1 || *poster.At != 1.5 {
		t.Errorf("got %+v, poster %+v", got, poster)
	}
	for _, f := range before.Shown() {
		if old, public, err := d.DB.ClipFile(t.Context(), c.ID, 1, f.Name); err != nil || !public || !exists(t, d, old.Key) {
			t.Errorf("%s of the version before: %v %v", f.Name, public, err)
		}
	}
	all, err := d.DB.ClipObjects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d.DB.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	if err := d.DB.DeleteClip(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	deleteQueued(t, d)
	for key := range all {
		if exists(t, d, key) {
			t.Errorf("%s is left of a deleted clip", key)
		}
	}
}

// clear removes the objects that are to be removed.
func deleteQueued(t *testing.T, d Deps) {
	t.Helper()
	rows, err := d.DB.Pool().Query(t.Context(), `select jsonb_array_elements_text(args->'keys') from river_job where kind = 'delete_objects'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			t.Fatal(err)
		}
		if err := d.Store.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPersonalDownloadWaitsForItsBody(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	c := shown(t, d, mediatest.Size(1280, 720))
	ada, err := d.DB.AddUser(t.Context(), models.User{Role: models.RoleAdmin}, models.NewUser{Email: "ada@example.org", Name: "Ada", Role: models.RoleEmployee})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.DB.Pool().Exec(t.Context(), `update jobs set status = 'published' where id = $1`, c.JobID); err != nil {
		t.Fatal(err)
	}
	link, _, err := d.DB.MakeLink(t.Context(), ada, ada.ID, c.JobID, "instagram")
	if err != nil {
		t.Fatal(err)
	}
	wish := models.CutWish{Format: "vertical", Captions: true, URL: "https://jobb.example.org" + link.Path()}
	m, err := d.DB.AskCut(t.Context(), ada, link.ID, wish)
	if err != nil || m.Status != models.MakingWaiting {
		t.Fatalf("asked: %+v, %v", m, err)
	}
	makeAll(t, d)
	m, err = d.DB.AskCut(t.Context(), ada, link.ID, wish)
	if err != nil || m.Status != models.MakingReady || !exists(t, d, m.Key) {
		t.Fatalf("made: %+v, %v", m, err)
	}
	if f, err := d.DB.CutByToken(t.Context(), m.Token); err != nil || f.Key != m.Key {
		t.Errorf("by its secret: %+v, %v", f, err)
	}
	if err := d.DB.UnpublishClip(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.DB.CutByToken(t.Context(), m.Token); err == nil {
		t.Error("it is still there when the clip is taken down")
	}
	nothingLeft(t, d)
}
