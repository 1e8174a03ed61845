package models

import (
	"cmp"
	"slices"

	"github.com/google/uuid"
)

// award is one colleague's part of an application, with what it is for or why there is none.
type award struct {
	touch  Touch
	weight float64
	key    string
	args   map[string]any
}

// awards turns the touches of an application into shares by a policy. Everybody with a touch gets an award; the weights sum to 1,
// or to 0 where no touch may earn.
func awards(policy string, windowDays int, app Application, touches []Touch) []award {
	touches = slices.Clone(touches)
	slices.SortStableFunc(touches, byTime)
	var fit []Touch
	for _, t := range touches {
		if key, _ := t.unfit(app, windowDays); key == "" {
			fit = append(fit, t)
		}
	}
	shares := ownerShares(fit)
	owned := shares != nil
	if !owned {
		shares = policyShares(policy, fit)
	}
	var out []award
	named := map[uuid.UUID]bool{}
	for _, t := range touches {
		if !named[t.UserID] {
			named[t.UserID] = true
			out = append(out, explain(t.UserID, shares[t.UserID], app, windowDays, touches))
		}
	}
	for i := range out {
		if owned && out[i].key == "credit.not.policy" { // no policy was asked
			out[i].key = "credit.not.owner"
		}
	}
	slices.SortStableFunc(out, func(a, b award) int { return cmp.Compare(b.weight, a.weight) })
	return out
}

// share is what a policy gives a person, and the touch it gives it for.
type share struct {
	weight float64
	touch  Touch
}

// policyShares is the rule of each policy, given the touches that may earn in the order of time.
func policyShares(policy string, fit []Touch) map[uuid.UUID]share {
	shares := map[uuid.UUID]share{}
	if len(fit) == 0 {
		return shares
	}
	switch policy {
	case PolicyFirst:
		shares[fit[0].UserID] = share{1, fit[0]}
	case PolicyEqual:
		people := inOrderOfTouch(fit)
		for _, t := range people {
			shares[t.UserID] = share{1 / float64(len(people)), t}
		}
	case PolicyPosition:
		return positionShares(fit)
	default:
		if t, ok := lastLink(fit); ok {
			shares[t.UserID] = share{1, t}
		}
	}
	return shares
}

// lastLink is the link in the form; by the open door the last link that the same visitor opened that day, then whom the candidate named.
func lastLink(fit []Touch) (Touch, bool) {
	for _, kind := range []string{TouchLink, TouchVisitor, TouchHeard} {
		for _, t := range slices.Backward(fit) {
			if t.Kind == kind {
				return t, true
			}
		}
	}
	return Touch{}, false
}

// positionShares gives first and last 40 % each; the people between share 20 %, which falls to the ends where there are none.
func positionShares(fit []Touch) map[uuid.UUID]share {
	first, last := fit[0], fit[len(fit)-1]
	var between []Touch
	for _, t := range inOrderOfTouch(fit) {
		if t.UserID != first.UserID && t.UserID != last.UserID {
			between = append(between, t)
		}
	}
	end := 0.4
	if len(between) == 0 {
		end = 0.5
	}
	shares := map[uuid.UUID]share{first.UserID: {end, first}}
	shares[last.UserID] = share{shares[last.UserID].weight + end, last}
	for _, t := range between {
		shares[t.UserID] = share{0.2 / float64(len(between)), t}
	}
	return shares
}

// inOrderOfTouch is the first touch of each person.
func inOrderOfTouch(touches []Touch) []Touch {
	var out []Touch
	for _, t := range touches {
		if !slices.ContainsFunc(out, func(o Touch) bool { return o.UserID == t.UserID }) {
			out = append(out, t)
		}
	}
	return out
}

// explain gives a person's part its reason: what it is for, or the best of their touches and why that earns nothing.
func explain(user uuid.UUID, s share, app Application, windowDays int, touches []Touch) award {
	if s.weight > 0 {
		key, args := s.touch.reason()
		return award{s.touch, s.weight, key, args}
	}
	var a award
	for _, t := range touches {
		if t.UserID != user {
			continue
		}
		key, args := t.unfit(app, windowDays)
		if key == "" {
			key, args = t.reason()
			args["Touch"] = key
			return award{touch: t, key: "credit.not.policy", args: args}
		}
		a = award{touch: t, key: key, args: args}
	}
	return a
}

// byTime orders touches by when they were. What the candidate was told has no time: it came before they looked.
func byTime(a, b Touch) int {
	switch {
	case a.At == nil && b.At == nil:
		return cmp.Compare(a.ID.String(), b.ID.String())
	case a.At == nil:
		return -1
	case b.At == nil:
		return 1
	}
	kinds := []string{TouchHeard, TouchBefore, TouchVisitor, TouchLink}
	return cmp.Or(a.At.Compare(*b.At), cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)))
}
