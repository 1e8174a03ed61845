package media

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/font/gofont/gobold"
)

// subtitleStyle is the head of a subtitle file for a shape: bold letters on a dark box, in the lower part but clear of what
// apps write over the edge of an upright picture, which is about a fifth.
func subtitleStyle(s Shape) string {
	size, margin := min(s.Width, s.Height)*6/100, s.Height*6/100
	if s.Height > s.Width {
		margin = s.Height * 22 / 100
	}
	return fmt.Sprintf(`[Script Info]
ScriptType: v4.00+
PlayResX: %d
PlayResY: %d
WrapStyle: 0
ScaledBorderAndShadow: yes
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Go,%d,&H00FFFFFF,&H00FFFFFF,&H40000000,&H40000000,-1,0,0,0,100,100,0,0,3,%d,0,2,%d,%d,%d,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`, s.Width, s.Height, size, size/6, s.Width*6/100, s.Width*6/100, margin)
}

// writeSubtitles writes cues as a subtitle file of ours into dir, with the typeface beside it, and returns the filter that burns
// them in, with its comma. What people wrote stands in the file only, never in the filter.
func writeSubtitles(dir string, s Shape, cues []Cue) (string, error) {
	var b strings.Builder
	b.WriteString(subtitleStyle(s))
	for _, c := range cues {
		fmt.Fprintf(&b, "Dialogue: 0,%s,%s,Default,,0,0,0,,%s\n", assTime(c.From), assTime(c.To), assText(c.Text))
	}
	fonts := filepath.Join(dir, "fonts")
	path := filepath.Join(dir, "captions.ass")
	if err := os.MkdirAll(fonts, 0o700); err != nil {
		return "", fmt.Errorf("subtitles: %w", err)
	}
	if err := os.WriteFile(filepath.Join(fonts, "Go-Bold.ttf"), gobold.TTF, 0o600); err != nil {
		return "", fmt.Errorf("subtitles: %w", err)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		return "", fmt.Errorf("subtitles: %w", err)
	}
	return "ass=filename=" + filterValue(path) + ":fontsdir=" + filterValue(fonts) + ",", nil
}

// assText keeps people's words from being commands: a brace begins one, and so does a backslash.
func assText(s string) string {
	s = strings.NewReplacer("\r", "", `\`, "\\\u2060", "{", `\{`, "}", `\}`).Replace(s)
	return strings.ReplaceAll(strings.TrimSpace(s), "\n", `\N`)
}

// assTime is a time as H:MM:SS.cc.
func assTime(seconds float64) string {
	cs := int(seconds*100 + 0.5)
	return fmt.Sprintf("%d:%02d:%02d.%02d", cs/360000, cs/6000%60, cs/100%60, cs%100)
}

// filterValue quotes a path twice, as ffmpeg reads it: once as an option's value, once as a part of the graph.
func filterValue(path string) string {
	value := strings.NewReplacer(`\`, `\\`, `'`, `\'`, `:`, `\:`).Replace(path)
	return strings.NewReplacer(`\`, `\\`, `'`, `\'`, `[`, `\[`, `]`, `\]`, `,`, `\,`, `;`, `\;`).Replace(value)
}
