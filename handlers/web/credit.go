package web

import (
	"strings"
	"time"

	"kollega/internal/i18n"
	"kollega/models"
)

// CreditReason says in words why a credit is what it is: what led the candidate here, then the rule that divides the credit. name is the
// colleague's, empty where they read it themselves.
func CreditReason(p *i18n.Printer, c models.Credit, name string) string {
	said := creditSentence(p, c.Reason, name, creditWords(p, c, name))
	if c.Policy != models.PolicyDecided && c.Reason != "credit.owner" && (c.Weight > 0 || c.Reason == "credit.not.policy") {
		said += " " + CreditRule(p, c.Policy)
	}
	return said
}

// CreditPolicy is a policy's name as people read it.
func CreditPolicy(p *i18n.Printer, policy string) string {
	return p.T(policyKey("credit.policy.", policy))
}

// CreditRule says how a policy divides credit.
func CreditRule(p *i18n.Printer, policy string) string { return p.T(policyKey("credit.rule.", policy)) }

// policyKey is the key of a policy's text; a later version with another rule gets a text of its own.
func policyKey(prefix, policy string) string {
	name, version, _ := strings.Cut(policy, "/")
	if version != "1" {
		name += "_" + version
	}
	return prefix + name
}

// creditSentence chooses the form for the colleague or for others.
func creditSentence(p *i18n.Printer, key, name string, words map[string]any) string {
	if name != "" && p.Has(key+".of") {
		key += ".of"
	}
	return p.T(key, words)
}

// creditWords are the values of a reason as people read them.
func creditWords(p *i18n.Printer, c models.Credit, name string) map[string]any {
	words := map[string]any{"Name": name, "Note": c.Note}
	for k, v := range c.ReasonArgs {
		text, _ := v.(string)
		switch k {
		case "Channel":
			v = p.T("channel." + text)
		case "Class":
			v = p.T("credit.class." + text)
		case "At":
			if at, err := time.Parse(time.RFC3339, text); err == nil {
				v = p.DateTime(at.Local())
			}
		case "Touch":
			continue
		}
		words[k] = v
	}
	if touch, ok := c.ReasonArgs["Touch"].(string); ok && strings.HasPrefix(touch, "credit.") {
		words["Touch"] = creditSentence(p, touch, name, words)
	}
	return words
}

// ClassReason says in words why a request was taken for no person's; empty where its class says all there is.
func ClassReason(p *i18n.Printer, reason string) string {
	kind, detail, _ := strings.Cut(reason, ":")
	switch {
	case kind == "burst", kind == "method", kind == "headers":
		return p.T("class.why." + kind)
	case kind == "agent" && detail == "none":
		return p.T("class.why.nameless")
	case kind == "agent" && detail == "no browser", kind == "agent" && detail == "bot":
		return p.T("class.why.program")
	case kind == "agent":
		return p.T("class.why.agent", "Name", strings.TrimRight(detail, "/ ")) // some are known by the beginning of a version
	}
	return ""
}
