package models

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// SmallestGroup is how many people a group needs before its numbers are shown: in a smaller one they would be somebody's.
const SmallestGroup = 5

// LedTeam is a team as its leader may see it. The leader knows their own numbers, so that they are no part of the group whose numbers
// the others' are: what is left of a total without the leader, and without everybody who is shown by name, is nobody's either.
type LedTeam struct {
	Team

	Others int // active people beside the leader
	Quiet  int // of them those who have not agreed to be shown
	Hidden int // those, and those who have left the house

	Total  Referral   `gorm:"-"`
	People []Referral `gorm:"-"` // who has agreed, by name; none where so few have not that what is left would be theirs
}

// Small tells whether the team has too few people for numbers.
func (t LedTeam) Small() bool { return t.Others < SmallestGroup }

// Moved tells whether somebody came or left since that day; a total of a time before, and one after, would differ by what they did.
func (t LedTeam) Moved(since time.Time) bool {
	return t.MovedAt != nil && !t.MovedAt.UTC().Truncate(oneDay).Before(since.UTC().Truncate(oneDay))
}

// Named tells whether people may be shown by name beside the total.
func (t LedTeam) Named() bool { return t.Hidden == 0 || t.Quiet >= SmallestGroup }

// Told tells whether so many applied that how far they came is nobody's in particular.
func (t LedTeam) Told() bool { return t.Total.Applications >= SmallestGroup }

// LedTeams are the teams that a person leads, with what their share links led to from that day on.
func (db *DB) LedTeams(ctx context.Context, leader uuid.UUID, from time.Time) ([]LedTeam, error) {
	var teams []LedTeam
	err := db.q(ctx).Raw(`
		select t.*, count(u.id) filter (where u.deactivated_at is null) as others,
		       count(u.id) filter (where u.deactivated_at is null and not u.show_results) as quiet,
		       count(u.id) filter (where u.deactivated_at is not null or not u.show_results) as hidden
		from teams t left join users u on u.team_id = t.id and u.id <> t.leader_id
		where t.leader_id = ? group by t.id order by t.name_key collate "nb-x-icu", t.id`, leader).Scan(&teams).Error
	if err != nil || len(teams) == 0 {
		return nil, mapped(err)
	}
	f := ReferralFilter{GroupBy: "team", From: from}
	if len(teams) == 1 { // as nearly always: then nobody else's rows are read
		f.Team = teams[0].ID.String()
	}
	totals, err := db.referralsByKey(ctx, f)
	if err != nil {
		return nil, err
	}
	f.GroupBy = "employee"
	people, err := db.referralsByKey(ctx, f)
	if err != nil {
		return nil, err
	}
	members, err := db.agreedMembers(ctx, leader)
	if err != nil {
		return nil, err
	}
	for i := range teams {
		t := &teams[i]
		if t.Small() || t.Moved(from) {
			continue
		}
		t.Total = totals[t.ID.String()]
		for _, id := range members[t.ID] {
			if r, there := people[id.String()]; there && t.Named() {
				t.People = append(t.People, r)
			}
		}
	}
	return teams, nil
}

// agreedMembers are, by team, the others in the teams that leader leads who have agreed to be shown, in the order of their names.
func (db *DB) agreedMembers(ctx context.Context, leader uuid.UUID) (map[uuid.UUID][]uuid.UUID, error) {
	var us []User
	err := db.q(ctx).Select("users.id", "users.team_id").Joins("join teams t on t.id = users.team_id").
		Where("t.leader_id = ? and users.id <> t.leader_id and users.show_results and users.deactivated_at is null", leader).
		Order(`users.name collate "nb-x-icu", users.id`).Find(&us).Error
	by := map[uuid.UUID][]uuid.UUID{}
	for _, u := range us {
		by[*u.TeamID] = append(by[*u.TeamID], u.ID)
	}
	return by, mapped(err)
}

// referralsByKey are the report's rows by what they are about.
func (db *DB) referralsByKey(ctx context.Context, f ReferralFilter) (map[string]Referral, error) {
	rows, _, err := db.Referrals(ctx, f)
	by := make(map[string]Referral, len(rows))
	for _, r := range rows {
		by[r.Key] = r
	}
	return by, err
}
