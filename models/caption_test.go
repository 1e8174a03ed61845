package models

import (
	"strings"
	"testing"
)

func TestCaptionsAreReadStrictly(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, want, refused string }{
		{"vtt", "WEBVTT\n\n00:01.000 --> 00:02.500 align:start\n<v Kari>Hei & hå\n", "00:00:01.000 --> 00:00:02.500\nHei &amp; hå", ""},
		{"srt", "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Hei</i>\r\nder\r\n", "00:00:01.000 --> 00:00:02.500\nHei\nder", ""},
		{"byte order mark", "\xef\xbb\xbfWEBVTT\n\n00:01.000 --> 00:02.500\nHei\n", "Hei", ""},
		{"signs", "WEBVTT\n\n00:01.000 --> 00:02.500\na &lt; b &gt; c &amp; d --&gt; e\n", "a &lt; b > c &amp; d → e", ""},
		{"an arrow once tags are gone", "WEBVTT\n\n00:01.000 --> 00:02.500\na --<b></b>> b\n", "a → b", ""},
		{"nothing", "", "", "captions.error.empty"},
		{"a text", "Hei, jeg heter Kari", "", "captions.error.empty"},
		{"no end", "1\n00:00:01,000 -->\nHei\n", "", "captions.error.format"},
		{"odd time", "WEBVTT\n\n00:99.000 --> 01:02.500\nHei\n", "", "captions.error.format"},
		{"backwards", "WEBVTT\n\n00:03.000 --> 00:02.500\nHei\n", "", "captions.error.times"},
		{"silent", "WEBVTT\n\n00:01.000 --> 00:02.500\n\n", "", "captions.error.no_text"},
		{"latin-1", "WEBVTT\n\n00:01.000 --> 00:02.500\nH\xe5\n", "", "captions.error.encoding"},
		{"huge", "WEBVTT\n\n" + strings.Repeat("x", MaxCaptionBytes), "", "captions.error.too_large"},
		{"script", "WEBVTT\n\n00:01.000 --> 00:02.500\n<script>alert(1)</script>\n", "alert(1)", ""},
	}
	for _, test := range tests {
		got, refused := parseCaptions([]byte(test.file))
		if refused != nil && refused.Key != test.refused || refused == nil && test.refused != "" {
			t.Errorf("%s: refused with %v, want %q", test.name, refused, test.refused)
		}
		if !strings.Contains(got, test.want) || strings.Contains(got, "<script") {
			t.Errorf("%s: got %q, want %q in it", test.name, got, test.want)
		}
	}
}

func FuzzCaptions(f *testing.F) {
	for _, seed := range []string{"WEBVTT\n\n00:01.000 --> 00:02.500\nHei\n", "1\n00:00:01,000 --> 00:00:02,500\nHei\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		vtt, refused := parseCaptions(file)
		if refused != nil {
			return
		}
		if again, refused := parseCaptions([]byte(vtt)); refused != nil || again != vtt {
			t.Errorf("what was written is read as %q, %v; want %q", again, refused, vtt)
		}
	})
}
