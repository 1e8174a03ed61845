package web

import (
	"fmt"
	"math"
	"strconv"

	"kollega/models"
)

// ClipMedia is the path of a clip's made file of that kind (video, small, poster, social, strip or strip.vtt), empty where
// there is none.
func ClipMedia(c models.Clip, kind string) string {
	f, ok := c.File(kind)
	if !ok {
		return ""
	}
	return FileMedia(f)
}

// FileMedia is the path of a made file.
func FileMedia(f models.ClipFile) string {
	return "/media/" + f.ClipID.String() + "/" + strconv.Itoa(f.Version) + "/" + f.Name
}

// CaptionPath is the path of captions of a clip, as WebVTT.
func CaptionPath(c models.Caption) string {
	return "/media/" + c.ClipID.String() + "/captions/" + c.Language + ".vtt"
}

// Length is a duration as players write it: 0:42.
func Length(seconds float64) string {
	s := int(math.Round(seconds))
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// CutFilename is what a personal download is called on the device that keeps it.
func CutFilename(slug, format string) string { return slug + "-" + format + ".mp4" }
