package hook

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Kinds of receivers.
const (
	Slack      = "slack"
	Teams      = "teams"
	Mattermost = "mattermost"
)

// Message is what a channel is told: a sentence, and where it leads.
type Message struct {
	Text   string
	Link   string // absolute
	Action string // the link's words
}

// For is the message as a receiver of that kind wants it. What people wrote is shown as they wrote it: it cannot call a channel together,
// nor lead elsewhere.
func (m Message) For(kind string) ([]byte, error) {
	switch kind {
	case Slack:
		// https://docs.slack.dev/messaging/formatting-message-text: these three are all there is to escape.
		text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
		return json.Marshal(map[string]any{"text": fmt.Sprintf("%s\n<%s|%s>", text(m.Text), m.Link, text(m.Action)), "unfurl_links": false})
	case Mattermost:
		return json.Marshal(map[string]any{"text": fmt.Sprintf("%s\n[%s](%s)", plain(m.Text), plain(m.Action), m.Link)})
	case Teams:
		return json.Marshal(m.card())
	}
	return nil, fmt.Errorf("no such kind of webhook: %q", kind)
}

// plain keeps Markdown, and names after an @ or a #, from meaning anything in Mattermost.
func plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case strings.ContainsRune("\\`*_{}[]()<>#+-.!|~:", r):
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '@':
			b.WriteString("@\u200b") // a name is told by what follows at once
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// card is an Adaptive Card in the envelope that the workflows of Microsoft Teams take. Its text is a TextRun, which knows no Markdown.
func (m Message) card() map[string]any {
	return map[string]any{
		"type": "message",
		"attachments": []any{map[string]any{
			"contentType": "application/vnd.microsoft.card.adaptive",
			"contentUrl":  nil,
			"content": map[string]any{
				"$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
				"type":    "AdaptiveCard",
				"version": "1.4",
				"body": []any{map[string]any{
					"type":    "RichTextBlock",
					"inlines": []any{map[string]any{"type": "TextRun", "text": m.Text, "weight": "bolder"}},
				}},
				"actions": []any{map[string]any{"type": "Action.OpenUrl", "title": m.Action, "url": m.Link}},
			},
		}},
	}
}
