package hr

import (
	"strconv"
	"testing"
)

// TestSmallTeamsStandTogether has twelve teams in two channels, of which the eight largest are shown by themselves.
func TestSmallTeamsStandTogether(t *testing.T) {
	t.Parallel()
	var rows []flowRow
	var sum int64
	for n := range 12 {
		for _, channel := range []string{"x", "qr"} {
			row := flowRow{Team: "Team " + strconv.Itoa(n), Channel: channel, teamID: strconv.Itoa(n), channel: channel, Sum: int64(10 * (n + 1))}
			row.Cells = []flowCell{{"open", row.Sum - 1, "/behind"}, {"hired", 1, "/behind"}}
			rows, sum = append(rows, row), sum+row.Sum
		}
	}
	got, teams := together(rows, "Andre team")
	if teams != 12 || len(got) != 2*shownTeams+2 {
		t.Fatalf("got %d rows of %d teams", len(got), teams)
	}
	for _, row := range got {
		sum -= row.Sum
		if row.teamID != "others" {
			continue
		}
		if row.Sum != 10+20+30+40 || row.Cells[0].N != row.Sum-4 || row.Cells[1] != (flowCell{"hired", 4, ""}) {
			t.Errorf("the others by %s: %+v", row.channel, row)
		}
	}
	if sum != 0 {
		t.Errorf("the rows differ from all by %d", sum)
	}
	if same, _ := together(rows[:16], "Andre team"); len(same) != 16 {
		t.Errorf("eight teams are %d rows", len(same))
	}
}
