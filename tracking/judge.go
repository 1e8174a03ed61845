// Package tracking turns requests into events: it judges them, names their visitor for the day, writes them to a journal and
// brings them to Postgres.
package tracking

import (
	"fmt"
	"strings"

	"github.com/maypok86/otter/v2"

	"kollega/models"
)

// RulesVersion is kept with every event; it grows whenever a rule below changes what a request is judged to be.
//
//	1  six different links in five seconds are a burst
//	2  so they are where the request does not show a browser that goes to a page, or within one second; else twelve are
const RulesVersion = 2

// How many different links of one visitor are no person's doing. A visitor is whoever has the same browser in the same network: at a
// school or a fair that may be several people, who do not press on the same second, and whose browsers say what they do.
const (
	burstLinks = 6  // within burstAtOnce; or within burstSpan, by what does not show that it goes to a page
	crowdLinks = 12 // within burstSpan, whatever the request shows
)

// Verdict is what a request is, and why.
type Verdict struct {
	Class        string // of models.Class...
	Reason       string // a short code
	Signals      string // what the rules need to judge it again
	Device       string // phone, tablet, desktop
	OS           string
	Language     string
	ReferrerHost string
}

// Human tells whether a person asked, as far as the request itself can show.
func (v *Verdict) Human() bool { return v.Class == models.ClassHuman }

// Judge tells people from programs. It keeps user agents it has read; otherwise its answers depend on the request alone.
type Judge struct {
	list   *agentList
	agents *otter.Cache[string, agent]
}

// NewJudge reads the embedded lists.
func NewJudge() (*Judge, error) {
	list, err := newAgentList()
	if err != nil {
		return nil, err
	}
	agents, err := otter.New(&otter.Options[string, agent]{MaximumSize: 16384})
	if err != nil {
		return nil, fmt.Errorf("cache of user agents: %w", err)
	}
	return &Judge{list: list, agents: agents}, nil
}

// Judge judges one request for a landing page.
func (j *Judge) Judge(r Request) Verdict {
	s := readSignals(&r, j.agent(r.UserAgent))
	v := Verdict{
		Signals:      s.String(),
		Device:       s.agent.device,
		OS:           s.agent.os,
		Language:     primaryLanguage(r.AcceptLanguage),
		ReferrerHost: referringHost(r.Referrer, r.Host),
	}
	v.Class, v.Reason = decide(&s)
	return v
}

// report judges what a page reports: it is what its click was, unless the program that reports shows itself or its visitor has.
func (j *Judge) report(click string, r *Request, suspect bool) Verdict {
	s := readSignals(r, j.agent(r.UserAgent))
	v := Verdict{
		Class: click, Reason: "click", Signals: s.String(),
		Device: s.agent.device, OS: s.agent.os, Language: primaryLanguage(r.AcceptLanguage),
	}
	switch {
	case click != models.ClassHuman:
	case s.agent.class != "":
		v.Class, v.Reason = s.agent.class, "agent:"+s.agent.name
	case suspect:
		v.Class, v.Reason = models.ClassSuspect, "burst"
	default:
		v.Reason = "ok"
	}
	return v
}

// Again judges a click by an event's kept signals, with today's rules and lists; ok is false where they cannot be read.
func (j *Judge) Again(kept string) (class, reason string, ok bool) {
	s, ok := parseSignals(kept)
	if !ok {
		return "", "", false
	}
	s.agent.finding = j.again(s.agent.name, s.agent.skeleton)
	class, reason = decide(&s)
	return class, reason, true
}

// again looks a kept name up in today's list, then the skeleton, which a new pattern may know.
func (j *Judge) again(name, skeleton string) finding {
	switch name {
	case "":
	case "none", "no browser", "bot": // these were not found by a list
		return finding{models.ClassBot, name}
	default:
		if f, ok := j.list.known[name]; ok {
			return f
		}
	}
	if f := j.list.find(skeleton); f.name != "no browser" && f.name != "none" {
		return f
	}
	return finding{}
}

// agent reads a user agent, most often from memory.
func (j *Judge) agent(ua string) agent {
	if a, ok := j.agents.GetIfPresent(ua); ok {
		return a
	}
	ua = strings.Clone(ua) // it may be a part of the whole request, which is not to be kept
	a := j.list.read(ua)
	if len(ua) <= maxAgent {
		j.agents.Set(ua, a)
	}
	return a
}

// decide applies the rules in order. A missing script is no sign of anything.
func decide(s *signals) (class, reason string) {
	a := &s.agent
	switch {
	case s.method != "GET" && a.class != "":
		return a.class, "agent:" + a.name
	case s.method != "GET":
		return models.ClassBot, "method"
	case s.purpose != "":
		return models.ClassPrefetch, s.purpose
	case a.class != "":
		return a.class, "agent:" + a.name
	case s.who == Owner:
		return models.ClassSelf, "owner"
	case s.who == Internal:
		return models.ClassInternal, "staff"
	}
	if sign := contradiction(s); sign != "" {
		return models.ClassSuspect, "headers:" + sign
	}
	if burst(s) {
		return models.ClassSuspect, "burst"
	}
	return models.ClassHuman, "ok"
}

// burst tells whether so many different links were opened that it is no person's doing.
func burst(s *signals) bool {
	switch {
	case s.After, s.AtOnce >= burstLinks, s.Links >= crowdLinks:
		return true
	case s.mode == "navigate" && s.dest == "document":
		return false
	}
	return s.Links >= burstLinks
}

// contradiction names what no browser would say: one thing that cannot be, or two that hardly can.
func contradiction(s *signals) string {
	switch a := &s.agent; {
	case s.headless:
		return "headless"
	case s.mode != "" && s.mode != "navigate":
		return "no navigation"
	case s.hints && a.chrome == 0:
		return "hints without Chromium"
	case s.platform != "" && a.os != "" && !agree(s.platform, a.os):
		return "platform"
	}
	return missing(s)
}

// agree allows what browsers do: a telephone that asks for desktop pages says Linux, as do some Chromebooks.
func agree(platform, os string) bool {
	unix := func(o string) bool { return o == "linux" || o == "android" || o == "chromeos" || o == "tizen" }
	return platform == os || unix(platform) && unix(os)
}

// missing names two things that every browser of these years sends and this one does not. One alone may be a proxy's doing.
func missing(s *signals) string {
	a := &s.agent
	fetch := s.secure && s.mode == "" && s.dest == "" && s.site == "" && (a.chrome >= 80 || a.firefox >= 90)
	switch {
	case fetch && !s.language:
		return "no fetch metadata, no language"
	case fetch && !s.html:
		return "no fetch metadata, no html"
	case !s.language && !s.html:
		return "no language, no html"
	}
	return ""
}
