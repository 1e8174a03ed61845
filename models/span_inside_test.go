package models

import (
	"testing"
	"time"
)

// TestFewSpansCoverWhatIsAskedFor looks how many totals reports of usual times are put together from.
func TestFewSpansCoverWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	first, last := day("2024-03-14"), day("2026-11-24")
	for _, c := range []struct {
		what     string
		from, to time.Time
		most     int
	}{
		{"all time", first, last, 1},
		{"this month", day("2026-11-01"), last, 1},
		{"this year", day("2026-01-01"), last, 11},
		{"last year", day("2025-01-01"), day("2025-12-31"), 1},
		{"thirty days", day("2026-10-26"), last, 7},
		{"a year", day("2025-11-25"), last, 18},
	} {
		picked, days := cover(wantedSpans(first, last), span{first: c.from, last: c.to})
		if len(picked) > c.most || len(days) != 0 {
			t.Errorf("%s: %d spans and %d days, want at most %d and none", c.what, len(picked), len(days), c.most)
		}
		held := 0
		for _, s := range picked {
			held += int(s.length()/oneDay) + 1
		}
		if want := int(c.to.Sub(c.from)/oneDay) + 1; held != want {
			t.Errorf("%s: %d days are held, want %d", c.what, held, want)
		}
	}
	if got := wantedSpans(last, first); len(got) != 0 {
		t.Errorf("of no time: %v", got)
	}
}
