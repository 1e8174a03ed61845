package demo

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/models"
)

// MaxPosts is how many posts may be asked for.
const MaxPosts = 2_000_000

// meeting is a group that the house has; the first is everybody's.
type meeting struct{ kind, name, about string }

var meetings = []meeting{
	{models.GroupOpen, "Alle i huset", "Nytt, smått og stort, for alle som arbeider her."},
	{models.GroupOpen, "Kjenner du noen?", "Her spør vi hverandre når vi mangler en kollega."},
	{models.GroupClosed, "Sommerfesten", "Vi som planlegger. Ikke si noe ennå."},
	{models.GroupOpen, "Turgruppa", "Vi går hver onsdag etter jobb, uansett vær."},
	{models.GroupOpen, "Ny her", "Spør om alt det ingen fortalte deg den første uka."},
}

var saying = []string{
	"Takk til nattskiftet som holdt hjulene i gang i helga.", "Noen som har sett den grønne termosen min?", "Vi har plass til to til på kurset på torsdag.",
	"I dag fikk vi den hyggeligste hilsenen fra en pårørende.", "Kaffemaskina i andre etasje virker igjen.", "Jeg delte jobben med naboen min, og hun søkte samme kveld!",
	"Hvem blir med på tur onsdag? Vi møtes ved porten halv fem.", "Klippet fra vaskeriet er det fineste vi har laget.", "Husk at parkeringsplassen bak er stengt fredag.",
	"Vi trenger en som kan sveise. Kjenner noen noen?", "Velkommen til Sara, som begynte på mandag.", "Kantina har fiskesuppe i dag. Den er verdt turen.",
}

var answering = []string{
	"Så fint!", "Jeg blir med.", "Takk for at du sier fra.", "Spør på kontoret, der ligger det meste.", "Enig i det.", "Jeg kjenner en, jeg spør i kveld.", "Hun er flink, ja.",
}

// talk makes the house's groups, and what was said in them over the last weeks.
func (d *demo) talk(ctx context.Context) error {
	if d.Posts == 0 {
		return nil
	}
	all := d.meet()
	var groups, members, posts, taps [][]any
	for i, m := range all {
		id, in := models.NewID(), d.gather(i)
		groups = append(groups, []any{id, m.kind, m.name, m.about, in[0].id, d.start, d.start})
		for n, p := range in {
			seen := d.now.Add(-time.Duration(d.rng.IntN(72)) * time.Hour)
			members = append(members, []any{id, p.id, n == 0, d.start, seen})
		}
		share := d.Posts / len(all)
		if i == 0 {
			share += d.Posts % len(all)
		}
		said, tapped := d.say(id, in, share)
		posts, taps = append(posts, said...), append(taps, tapped...)
	}
	return pgx.BeginFunc(ctx, d.db.Pool(), func(tx pgx.Tx) error {
		for _, table := range []struct {
			name    string
			columns []string
			rows    [][]any
		}{
			{"groups", []string{"id", "kind", "name", "about", "created_by", "created_at", "updated_at"}, groups},
			{"group_members", []string{"group_id", "user_id", "owner", "joined_at", "seen_at"}, members},
			{"posts", []string{"id", "group_id", "parent_id", "user_id", "text", "at"}, posts},
			{"reactions", []string{"post_id", "user_id", "kind", "at"}, taps},
		} {
			if err := fill(ctx, tx, table.name, table.columns, table.rows); err != nil {
				return err
			}
		}
		return nil
	})
}

// meet are the groups: more of them where there is more to say.
func (d *demo) meet() []meeting {
	n := min(max(d.Posts/2000, len(meetings)), len(meetings)*len(districts))
	all := make([]meeting, n)
	for i := range all {
		all[i] = meetings[i%len(meetings)]
		all[i].name += districts[i/len(meetings)]
	}
	return all
}

// gather are who is in the group of that place, its owner first: in the first of them everybody.
func (d *demo) gather(i int) []person {
	staff := append([]person(nil), d.house.staff...)
	d.rng.Shuffle(len(staff), func(a, b int) { staff[a], staff[b] = staff[b], staff[a] })
	if i == 0 {
		return append([]person{d.house.hr}, staff...)
	}
	return staff[:min(len(staff), max(3, 5+d.rng.IntN(40)))]
}

// say are posts of those people with their comments, and what was said of them with one tap.
func (d *demo) say(group uuid.UUID, in []person, n int) (posts, taps [][]any) {
	who := func() uuid.UUID { return in[d.rng.IntN(len(in))].id }
	for range n {
		id, at := models.NewID(), d.now.Add(-time.Duration(d.rng.Int64N(int64(span))))
		text := saying[d.rng.IntN(len(saying))]
		if d.rng.IntN(3) == 0 {
			text = strings.Join([]string{text, saying[d.rng.IntN(len(saying))]}, "\n")
		}
		posts = append(posts, []any{id, group, nil, who(), text, at})
		for range max(0, d.rng.IntN(6)-3) {
			posts = append(posts, []any{models.NewID(), group, id, who(), answering[d.rng.IntN(len(answering))], at.Add(time.Duration(d.rng.Int64N(int64(d.now.Sub(at)) + 1)))})
		}
		for i := range min(len(in), d.rng.IntN(4)) {
			taps = append(taps, []any{id, in[i].id, models.Reactions[d.rng.IntN(len(models.Reactions))], at})
		}
	}
	return posts, taps
}
