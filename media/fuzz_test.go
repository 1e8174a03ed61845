package media

import (
	"math"
	"strings"
	"testing"
)

func FuzzSniff(f *testing.F) {
	for _, seed := range []string{
		"", "\x00", "\x00\x00\x00\x18ftypmp42", "\x00\x00\x00\x18ftypheic", "\x1a\x45\xdf\xa3", "#EXTM3U\n", "ffconcat version 1.0\n",
		"GIF89a", "\xff\xd8\xff\xe0", "FLV\x01", "RIFF\x00\x00\x00\x00AVI LIST", "G" + strings.Repeat(" ", 187) + "G" + strings.Repeat(" ", 187) + "G",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		format, refused := sniff(head)
		if (refused == nil) != (format == formatMOV || format == formatMatroska) {
			t.Errorf("got format %q and %v, want exactly one of them", format, refused)
		}
		// Only these two openings may ever reach ffmpeg.
		if refused == nil && (len(head) < 12 || string(head[4:8]) != "ftyp") && !strings.HasPrefix(string(head), "\x1a\x45\xdf\xa3") {
			t.Errorf("%q passed as %s", head, format)
		}
	})
}

func FuzzParseProbe(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `null`, `{"streams":[]}`, `{"streams":[{"index":0,"codec_type":"audio","codec_name":"aac","channels":2}],"format":{"duration":"N/A"}}`,
		`{"streams":[{"index":1,"codec_type":"video","codec_name":"hevc","width":1920,"height":1080,"sample_aspect_ratio":"4:3","color_transfer":"arib-std-b67",` +
			`"disposition":{"attached_pic":0},"side_data_list":[{"rotation":-90}]}],"format":{"duration":"12.5"}}`,
		`{"streams":[{"codec_type":"video","codec_name":"h264","width":9223372036854775807,"height":2,"sample_aspect_ratio":"9223372036854775807:1"}]}`,
	} {
		f.Add([]byte(seed))
	}
	policy := DefaultPolicy()
	f.Fuzz(func(t *testing.T, data []byte) {
		facts, claimed, refused := parseProbe(data)
		if refused != nil {
			return
		}
		if facts.VideoStream < 0 && facts.VideoCodec == "" || math.IsNaN(claimed) || claimed < 0 {
			t.Errorf("got %+v, %v", facts, claimed)
		}
		if policy.checkShape(facts) != nil {
			return
		}
		for _, r := range []rendition{full, small} {
			w, h := r.fit(facts.Width, facts.Height)
			if w < 2 || h < 2 || w%2 != 0 || h%2 != 0 || max(w, h) > r.long || min(w, h) > r.short {
				t.Errorf("%dx%d fits %+v as %dx%d", facts.Width, facts.Height, r, w, h)
			}
		}
	})
}

func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		"", "0,0.000000,0.033333,K__\n0,0.033333,0.033333,___\n", "0,N/A,N/A,K__\n", "1,0.1,0.02,K__\n0,-5,1e300,K_\n",
		"0,0,0.04,K__\n0,100000,0.04,___\n0,200000,0.04,___\n", "0,NaN,Inf,K__\n", ",,,\n", "0,0,-1e11,K_\n0,1e12,1e12,K_\n",
	} {
		f.Add([]byte(seed))
	}
	policy := DefaultPolicy()
	f.Fuzz(func(t *testing.T, printed []byte) {
		s := &timing{video: 0, limit: 250}
		w := &lineWriter{line: func(line string) { s.add(line) }}
		w.Write(printed)
		var facts Facts
		if s.measure(&facts) != nil || policy.checkTiming(facts) != nil {
			return
		}
		if !(facts.Duration > 2 && facts.Duration < 126) || !(facts.FPS >= 5) || !(facts.MaxGap >= 0 && facts.MaxGap <= 5) {
			t.Errorf("passed the policy: %+v", facts)
		}
	})
}
