package models

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/asticode/go-astisub"
	"github.com/google/uuid"
)

const (
	// MaxCaptionBytes is the largest caption file that is taken.
	MaxCaptionBytes = 256 << 10

	maxCues = 2000
)

var cueTimes = regexp.MustCompile(`^\s*(\d{1,3}:)?[0-5]?\d:[0-5]?\d[.,]\d{1,3}\s+-->\s+(\d{1,3}:)?[0-5]?\d:[0-5]?\d[.,]\d{1,3}(\s.*)?\s*$`)

// Caption is the captions of a clip in one language.
func (db *DB) Caption(ctx context.Context, clipID uuid.UUID, lang string) (caption Caption, public bool, err error) {
	var row struct {
		Caption
		ClipStatus string
	}
	err = db.q(ctx).Table("captions t").Select("t.*, c.status as clip_status").Joins("join clips c on c.id = t.clip_id").
		Where("t.clip_id = ? and t.language = ?", clipID, lang).Take(&row).Error
	return row.Caption, row.ClipStatus == ClipPublished && row.Approved(), mapped(err)
}

// SetCaption stores captions, WebVTT or SRT, in place of those in that language: a person made them, so they are approved.
func (db *DB) SetCaption(ctx context.Context, clipID uuid.UUID, lang string, file []byte, by *uuid.UUID) error {
	var bad ValidationErrors
	lang = cleanClipLanguage(lang, &bad)
	vtt, refused := parseCaptions(file)
	if refused != nil {
		bad = append(bad, refused)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.lockThereClip(ctx, clipID); err != nil {
			return err
		}
		if err := tx.putCaption(ctx, &Caption{
			ClipID: clipID, Language: lang, VTT: vtt, Status: CaptionApproved, Source: CaptionUpload, ApprovedBy: by, UpdatedBy: by,
		}); err != nil {
			return err
		}
		return tx.Audit(ctx, Deed{DidChange, OfCaptions, clipID, Facts{"language": auditWord(lang)}})
	})
}

// DeleteCaption forgets the captions in that language; a published clip keeps its last ones.
func (db *DB) DeleteCaption(ctx context.Context, clipID uuid.UUID, lang string) error {
	return db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.lockClip(ctx, clipID); err != nil {
			return err
		}
		if err := changed(tx.q(ctx).Where("clip_id = ? and language = ?", clipID, lang).Delete(&Caption{})); err != nil {
			return err
		}
		if err := tx.stillPublishable(ctx, clipID); err != nil {
			return err
		}
		return tx.Audit(ctx, Deed{DidErase, OfCaptions, clipID, Facts{"language": auditWord(lang)}})
	})
}

// parseCaptions reads WebVTT or SRT strictly and writes it anew as plain WebVTT: text and times, no styles or regions.
func parseCaptions(file []byte) (string, *ValidationError) {
	if len(file) > MaxCaptionBytes {
		return "", Invalid("captions", "captions.error.too_large", "Max", MaxCaptionBytes>>10)
	}
	file = bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(file) || bytes.ContainsRune(file, 0) {
		return "", Invalid("captions", "captions.error.encoding")
	}
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(file))
	text = plainGreater(text)
	for line := range strings.Lines(text) { // strictly, and because the reader panics at a missing end
		if strings.Contains(line, "-->") && !cueTimes.MatchString(line) {
			return "", Invalid("captions", "captions.error.format")
		}
	}
	read := astisub.ReadFromSRT
	if strings.HasPrefix(text, "WEBVTT") {
		read = astisub.ReadFromWebVTT
	}
	subs, err := read(strings.NewReader(text))
	if err != nil {
		return "", Invalid("captions", "captions.error.format")
	}
	if n := strings.Count(text, "-->"); n != len(subs.Items) { // the reader passes over what it does not understand
		return "", Invalid("captions", "captions.error.format")
	}
	return writeCaptions(subs)
}

// plainGreater writes ">" for "&gt;", which the reader would leave as it is and show; not where that made a line of times.
func plainGreater(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "--&gt;", "→"), "&gt;", ">")
}

func writeCaptions(subs *astisub.Subtitles) (string, *ValidationError) {
	if len(subs.Items) == 0 {
		return "", Invalid("captions", "captions.error.empty")
	}
	if len(subs.Items) > maxCues {
		return "", Invalid("captions", "captions.error.too_many", "Max", maxCues)
	}
	clean := astisub.NewSubtitles()
	for i, item := range subs.Items {
		if item.StartAt < 0 || item.EndAt <= item.StartAt {
			return "", Invalid("captions", "captions.error.times", "Number", i+1)
		}
		cue := &astisub.Item{Index: i + 1, StartAt: item.StartAt, EndAt: item.EndAt}
		for _, line := range item.Lines {
			if words := strings.TrimSpace(strings.ReplaceAll(line.String(), "-->", "→")); words != "" {
				cue.Lines = append(cue.Lines, astisub.Line{Items: []astisub.LineItem{{Text: words}}})
			}
		}
		if len(cue.Lines) == 0 {
			return "", Invalid("captions", "captions.error.no_text", "Number", i+1)
		}
		clean.Items = append(clean.Items, cue)
	}
	clean.Order()
	var out bytes.Buffer
	if err := clean.WriteToWebVTT(&out); err != nil {
		return "", Invalid("captions", "captions.error.format")
	}
	return out.String(), nil
}
