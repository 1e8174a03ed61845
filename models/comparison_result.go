package models

import (
	"context"
	"fmt"
	"math"

	"github.com/google/uuid"
)

// normal95 and normal80 are the quantiles of the standard normal distribution for a two-sided interval of 95 % and a power of 80 %.
const (
	normal95 = 1.959964
	normal80 = 0.841621
)

// EnoughVisitors is how many visitors a rate needs before it says anything: below it, one application more or less would move it by
// more than a few in a hundred.
const EnoughVisitors = 50

// ComparedClip is what one clip of a comparison led to, people only.
type ComparedClip struct {
	ClipID       uuid.UUID
	Visitors     int // who were shown it first that day by a link
	Plays        int
	Q75          int // saw three quarters of it
	Applications int
}

// Compared is what a comparison has shown.
type Compared struct {
	First, Second ComparedClip
}

// ComparedBy are the results of comparisons, by their ids.
func (db *DB) ComparedBy(ctx context.Context, all []Comparison) (map[uuid.UUID]Compared, error) {
	ids := make([]uuid.UUID, len(all))
	results := make(map[uuid.UUID]Compared, len(all))
	for i, c := range all {
		ids[i] = c.ID
		results[c.ID] = Compared{First: ComparedClip{ClipID: c.FirstID}, Second: ComparedClip{ClipID: c.SecondID}}
	}
	var rows []struct {
		ComparedClip

		ComparisonID uuid.UUID
	}
	err := db.q(ctx).Raw(`select comparison_id, clip_id, sum(visitors) as visitors, sum(plays) as plays, sum(q75) as q75, sum(applications) as applications
		from compared where comparison_id = any(?::uuid[]) group by comparison_id, clip_id`, uuidArray(ids)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("results of comparisons: %w", err)
	}
	for _, row := range rows {
		r := results[row.ComparisonID]
		if row.ClipID == r.First.ClipID {
			r.First = row.ComparedClip
		} else {
			r.Second = row.ComparedClip
		}
		results[row.ComparisonID] = r
	}
	return results, nil
}

// Interval is a range of rates, 0 to 1.
type Interval struct{ Low, High float64 }

// Rate is applications for each visitor, 0 to 1, with its 95 % interval by Wilson's score method, which holds for small numbers and for
// none at all (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Stat. Assoc. 22, 1927, 209-212).
func (c ComparedClip) Rate() (rate float64, in Interval) {
	if c.Visitors <= 0 {
		return 0, Interval{0, 1}
	}
	n := float64(c.Visitors)
	rate = min(float64(c.Applications)/n, 1)
	z2 := normal95 * normal95
	middle := (rate + z2/(2*n)) / (1 + z2/n)
	half := normal95 / (1 + z2/n) * math.Sqrt(rate*(1-rate)/n+z2/(4*n*n))
	return rate, Interval{max(middle-half, 0), min(middle+half, 1)}
}

// Difference is by how much the first's rate is above the second's, with its 95 % interval by Newcombe's hybrid score method (R. G.
// Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17, 1998, 873-890, method 10).
func (r Compared) Difference() (difference float64, in Interval) {
	a, ia := r.First.Rate()
	b, ib := r.Second.Rate()
	difference = a - b
	return difference, Interval{
		Low:  difference - math.Hypot(a-ia.Low, ib.High-b),
		High: difference + math.Hypot(ia.High-a, b-ib.Low),
	}
}

// Better is the clip that brings more applications for each visitor; false where that cannot be told yet, because one of them has
// too few visitors or the interval of the difference holds none at all.
func (r Compared) Better() (uuid.UUID, bool) {
	if min(r.First.Visitors, r.Second.Visitors) < EnoughVisitors {
		return uuid.Nil, false
	}
	switch _, in := r.Difference(); {
	case in.Low > 0:
		return r.First.ClipID, true
	case in.High < 0:
		return r.Second.ClipID, true
	}
	return uuid.Nil, false
}

// plannedRate is what is planned with before anybody has applied: one of a hundred.
const plannedRate = 0.01

// Needed is about how many visitors each clip needs so that it shows in four comparisons of five when one brings half as many
// applications again as the other: the sample size for two proportions with 5 % significance and 80 % power (J. L. Fleiss, B. Levin and
// M. C. Paik, Statistical Methods for Rates and Proportions, 3rd ed., 2003, section 4.2, without continuity correction), at the rate
// that both have together so far, in two figures.
func (r Compared) Needed() int {
	p := plannedRate
	if n, k := r.First.Visitors+r.Second.Visitors, r.First.Applications+r.Second.Applications; n >= 2*EnoughVisitors && k > 0 {
		p = min(float64(k)/float64(n), 0.5)
	}
	// Half as many again between the two, around the rate of both.
	low, high := 0.8*p, 1.2*p
	z := normal95 + normal80
	n := z * z * (low*(1-low) + high*(1-high)) / ((high - low) * (high - low))
	step := math.Pow(10, math.Floor(math.Log10(n))-1)
	return int(math.Ceil(n/step) * step)
}
