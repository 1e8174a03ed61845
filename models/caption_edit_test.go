package models

import (
	"errors"
	"testing"
)

const spokenVTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nHei\n"

func TestADraftIsNobodysBeforeItIsApproved(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	c := readyClip(t, db)
	if err := db.UpdateClip(ctx, c.ID, ClipChange{NoSpeech: new(false), NobodyRecognisable: new(true)}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // asked twice, made once
		if err := db.AskTranscription(ctx, System(), c.ID); err != nil {
			t.Fatal(err)
		}
	}
	if n := queued(t, db, "transcribe_clip"); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
	if _, err := db.ClaimTranscription(ctx, c.ID, "nb"); err != nil {
		t.Fatal(err)
	}
	if err := db.DraftCaption(ctx, c.ID, "nb", []byte(spokenVTT)); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ClaimTranscription(ctx, c.ID, "nb"); !errors.Is(err, ErrNotFound) {
		t.Errorf("still waited for: %v", err)
	}
	if got := fields(db.PublishClip(ctx, c.ID)); got != "conflict: clip.missing.captions" {
		t.Errorf("published on a draft: %q", got)
	}
	draft, public, err := db.Caption(ctx, c.ID, "nb")
	if err != nil || public || draft.Approved() || draft.Source != CaptionAuto || len(draft.Cues()) != 1 {
		t.Fatalf("got %+v, %v, %v", draft, public, err)
	}
	if _, err := db.EditCaption(ctx, System(), c.ID, "nb", CaptionEdit{VTT: spokenVTT, Base: "other", Approve: true}); fields(err) != "conflict: captions.conflict.changed" {
		t.Errorf("written over another's: %v", err)
	}
	if _, err := db.EditCaption(ctx, System(), c.ID, "nb", CaptionEdit{VTT: "WEBVTT\n", Base: draft.Base()}); fields(err) != "vtt: captions.error.empty" {
		t.Errorf("without words: %v", err)
	}
	saved, err := db.EditCaption(ctx, System(), c.ID, "nb", CaptionEdit{VTT: spokenVTT, Base: draft.Base()})
	if err != nil || saved.Approved() || saved.Source != CaptionEdited {
		t.Errorf("saved: %+v, %v, want a draft", saved, err)
	}
	if err := db.DraftCaption(ctx, c.ID, "nb", []byte(spokenVTT)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a machine wrote over a person: %v", err)
	}
	approved, err := db.EditCaption(ctx, System(), c.ID, "nb", CaptionEdit{VTT: spokenVTT, Base: saved.Base(), Approve: true})
	if err != nil || !approved.Approved() {
		t.Fatalf("approved: %+v, %v", approved, err)
	}
	if err := db.PublishClip(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	again, err := db.EditCaption(ctx, System(), c.ID, "nb", CaptionEdit{VTT: spokenVTT, Base: approved.Base()})
	if _, public, _ := db.Caption(ctx, c.ID, "nb"); err != nil || !again.Approved() || !public {
		t.Errorf("corrected afterwards: %+v, %v, public %v", again, err, public)
	}
	if _, err := db.EditCaption(ctx, System(), c.ID, "en", CaptionEdit{VTT: spokenVTT}); err != nil {
		t.Fatal(err)
	}
	if shown, err := db.PublishedClips(ctx, c.JobID); err != nil || len(shown) != 1 || len(shown[0].Captions) != 1 {
		t.Errorf("candidates get %+v, %v; want the approved ones alone", shown, err)
	}
	if got := fields(db.AskTranscription(ctx, System(), c.ID)); got != "conflict: captions.conflict.there" {
		t.Errorf("asked over approved captions: %q", got)
	}
}

func TestAFailedDraftIsAskedForAgain(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	c := readyClip(t, db)
	for n := 1; n <= 2; n++ {
		if err := db.AskTranscription(ctx, System(), c.ID); err != nil {
			t.Fatal(err)
		}
		if got := queued(t, db, "transcribe_clip"); got != n {
			t.Errorf("asked %d times, want %d", got, n)
		}
		before, err := db.ClaimTranscription(ctx, c.ID, "nb")
		if err != nil {
			t.Fatal(err)
		}
		if err := db.ReleaseTranscription(ctx, before); err != nil {
			t.Fatal(err)
		}
		draft, err := db.ClaimTranscription(ctx, c.ID, "nb")
		if err != nil {
			t.Fatal(err)
		}
		if err := db.HoldTranscription(ctx, before); !errors.Is(err, ErrLeaseLost) { // a worker that was thought dead
			t.Errorf("held by two: %v", err)
		}
		if err := db.TranscriptionFailed(ctx, before, "answer", "of yesterday"); err != nil {
			t.Fatal(err)
		}
		if err := db.TranscriptionFailed(ctx, draft, "away", "no route"); err != nil {
			t.Fatal(err)
		}
	}
	if ts, err := db.Transcriptions(ctx, c.ID); err != nil || len(ts) != 1 || ts[0].State != TranscriptionGaveUp || ts[0].ErrorCode != "away" {
		t.Errorf("got %+v, %v", ts, err)
	}
}
