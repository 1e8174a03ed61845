package web

import (
	"fmt"
	"math"
	"strconv"

	"kollega/models"
)

// ClipMedia is the path of a clip's made file (video, small, poster or social), empty where there is none.
func ClipMedia(c models.Clip, name string) string {
	f, ok := c.File(name)
	if !ok {
		return ""
	}
	return "/media/" + c.ID.String() + "/" + strconv.Itoa(f.Version) + "/" + name
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
