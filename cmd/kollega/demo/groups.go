package demo

import (
	"context"
	"slices"
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

// moreMeetings are those that a house of many has besides.
var moreMeetings = []meeting{
	{models.GroupOpen, "Sykle til jobb", "Ruter, regntøy og hvem som har pumpe."},
	{models.GroupClosed, "Tillitsvalgte", "For oss som er valgt."},
	{models.GroupOpen, "Vaktbytte", "Kan noen ta onsdagen min?"},
	{models.GroupOpen, "Lesesirkelen", "En bok i måneden, og kake."},
	{models.GroupClosed, "Veilederne", "For dem som lærer opp andre."},
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

// room is a group with who is in it, its owner first, and what was said there, the newest first.
type room struct {
	id             uuid.UUID
	kind           string
	in             []person
	posts, replies []said
}

// said is what somebody may have been told of: a post, or what answers the post of to.
type said struct {
	id, by, to uuid.UUID
	at         time.Time
}

// talk makes the house's groups, and what was said in them over the last weeks.
func (d *demo) talk(ctx context.Context) error {
	if d.Posts == 0 {
		return nil
	}
	all := d.meet()
	var groups, members, posts, taps [][]any
	for i, m := range all {
		r := room{id: models.NewID(), kind: m.kind, in: d.gather(i, m.kind)}
		groups = append(groups, []any{r.id, m.kind, m.name, m.about, r.in[0].id, d.start, d.start})
		for n, p := range r.in {
			seen := d.now.Add(-time.Duration(d.rng.IntN(72)) * time.Hour)
			members = append(members, []any{r.id, p.id, n == 0 && m.kind != models.GroupTalk, d.start, seen})
		}
		share := d.Posts / len(all)
		if i == 0 {
			share += d.Posts % len(all)
		}
		written, tapped := d.say(&r, share)
		posts, taps = append(posts, written...), append(taps, tapped...)
		d.rooms = append(d.rooms, r)
	}
	d.Say("%d posts and comments in %d groups and talks", len(posts), len(all))
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

// meet are the groups, more of them where there is more to say, and then talks between a few.
func (d *demo) meet() []meeting {
	kinds := meetings
	if d.Posts/2000 > len(meetings)*len(districts)/2 {
		kinds = append(slices.Clone(meetings), moreMeetings...)
	}
	n := min(max(d.Posts/1000, len(meetings)), len(kinds)*len(districts))
	all := make([]meeting, n, n+d.Employees/10+1)
	for i := range all {
		all[i] = kinds[i%len(kinds)]
		all[i].name += districts[i/len(kinds)]
	}
	for len(all) < cap(all) {
		all = append(all, meeting{kind: models.GroupTalk})
	}
	return all
}

// Members of a group of many, at most, and of a talk.
const (
	manyMembers = 500
	talkMembers = 5
)

// gather are who is in the group of that place, its owner first: in the first of them everybody, in most of the others a few, in some many.
func (d *demo) gather(i int, kind string) []person {
	staff := slices.Clone(d.house.staff)
	d.rng.Shuffle(len(staff), func(a, b int) { staff[a], staff[b] = staff[b], staff[a] })
	switch {
	case i == 0:
		return append([]person{d.house.hr}, staff...)
	case kind == models.GroupTalk:
		return staff[:min(len(staff), 2+d.rng.IntN(talkMembers-1))]
	}
	size := 5 + d.rng.IntN(40)
	if i%4 == 1 {
		size = 5 + d.rng.IntN(manyMembers-4)
	}
	return staff[:min(len(staff), size)]
}

// say has people in a room write n posts with their comments, and others say something of them with one tap.
func (d *demo) say(r *room, n int) (posts, taps [][]any) {
	who := func() uuid.UUID { return r.in[d.rng.IntN(len(r.in))].id }
	for range n {
		p := said{id: models.NewID(), by: who(), at: d.sometime()}
		text := saying[d.rng.IntN(len(saying))]
		if d.rng.IntN(3) == 0 {
			text = strings.Join([]string{text, saying[d.rng.IntN(len(saying))]}, "\n")
		}
		r.posts = append(r.posts, p)
		posts = append(posts, []any{p.id, r.id, nil, p.by, text, p.at})
		for range max(0, d.rng.IntN(6)-3) {
			c := said{models.NewID(), who(), p.by, d.between(p.at)}
			r.replies = append(r.replies, c)
			posts = append(posts, []any{c.id, r.id, p.id, c.by, answering[d.rng.IntN(len(answering))], c.at})
		}
		for i := range min(len(r.in), d.rng.IntN(4)) {
			taps = append(taps, []any{p.id, r.in[i].id, models.Reactions[d.rng.IntN(len(models.Reactions))], p.at})
		}
	}
	newest := func(a, b said) int { return b.at.Compare(a.at) }
	slices.SortFunc(r.posts, newest)
	slices.SortFunc(r.replies, newest)
	return posts, taps
}
