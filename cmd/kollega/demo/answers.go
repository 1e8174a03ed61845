package demo

import (
	"context"
	"fmt"

	"kollega/models"
)

// saidToThem is what leaders wrote to those who shared: kind, text, and for advice what could be better.
var saidToThem = [][3]string{
	{models.FeedbackThanks, "Takk for at du delte! Jeg merket at flere spurte om stillingen allerede dagen etter.", ""},
	{models.FeedbackPraise, "Det jeg likte best, var at du skrev med egne ord om hvorfor du trives her.", ""},
	{models.FeedbackThanks, "Tusen takk. Det betyr mye at du tar deg tid til dette i en travel uke.", ""},
	{models.FeedbackConstructive, "Fint at du fortalte om laget vårt.", "Skriv gjerne hvem de kan ringe: da er det lettere å ta kontakt."},
	{models.FeedbackPraise, "Dette hjalp oss: innlegget ditt fikk folk til å tenke på oss som et sted å jobbe.", ""},
}

// answersSQL owes everybody an answer for their first share of each job, and has leaders, or HR where there is none, give most of them,
// some too late. $1 is now, $2 to $4 what they say, $5 HR.
const answersSQL = `
	with shares as (
		select gen_random_uuid() as id, gen_random_uuid() as feedback_id, s.*, coalesce(nullif(s.job_leader, s.user_id), nullif(s.team_leader, s.user_id)) as leader,
		       row_number() over (order by s.at, s.user_id, s.job_id) as n
		from (select l.user_id, l.job_id, min(l.created_at) as at, j.leader_id as job_leader, t.leader_id as team_leader
		      from links l join jobs j on j.id = l.job_id join users u on u.id = l.user_id left join teams t on t.id = u.team_id
		      where u.deactivated_at is null group by l.user_id, l.job_id, j.leader_id, t.leader_id) s
	), answers as (
		select *, at + make_interval(hours => (n * 19 % 190)::int) as answered_at from shares
		where n % 7 <> 0 and at + make_interval(hours => (n * 19 % 190)::int) < $1::timestamptz - interval '1 day' and coalesce(leader, $5) <> user_id
	), given as (
		insert into feedback (id, from_id, to_id, kind, text, better, at, read_at, helped_at, agreed_at)
		select feedback_id, coalesce(leader, $5), user_id, ($2::text[])[1 + n % array_length($2, 1)], ($3::text[])[1 + n % array_length($2, 1)],
		       ($4::text[])[1 + n % array_length($2, 1)], answered_at, case when n % 4 <> 0 then answered_at + interval '5 hours' end,
		       case when n % 4 = 1 then answered_at + interval '6 hours' end,
		       case when n % 4 = 1 and ($2::text[])[1 + n % array_length($2, 1)] = 'praise' then answered_at + interval '6 hours' end
		from answers returning id
	)
	insert into owed (id, user_id, kind, about, job_id, who, since, due_at, holder_id, held_since, answered_at, answered_by, feedback_id)
	select s.id, s.user_id, 'share', s.job_id, s.job_id, 'job', s.at, s.at + interval '7 days', s.leader, s.at, a.answered_at,
	       case when a.id is not null then coalesce(s.leader, $5) end, g.id
	from shares s left join answers a on a.id = s.id left join given g on g.id = a.feedback_id`

// answer has leaders answer those who shared, but for some.
func (d *demo) answer(ctx context.Context) error {
	var kinds, texts, better []string
	for _, s := range saidToThem {
		kinds, texts, better = append(kinds, s[0]), append(texts, s[1]), append(better, s[2])
	}
	tag, err := d.db.Pool().Exec(ctx, answersSQL, d.now, kinds, texts, better, d.house.hr.id)
	if err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	d.Say("%d answers that are owed", tag.RowsAffected())
	return nil
}
