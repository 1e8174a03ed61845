package models_test

import (
	"testing"
	"time"
)

func TestAnEndedSessionIsNotBroughtBack(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx, s, until := t.Context(), db.Sessions(), time.Now().Add(time.Hour)
	for _, words := range []string{"one", "two"} {
		if err := s.CommitCtx(ctx, "token", []byte(words), until); err != nil {
			t.Fatal(err)
		}
		if got, there, err := s.FindCtx(ctx, "token"); err != nil || !there || string(got) != words {
			t.Fatalf("got %q, %t, %v, want %q", got, there, err, words)
		}
	}
	if err := s.DeleteCtx(ctx, "token"); err != nil {
		t.Fatal(err)
	}
	if err := s.CommitCtx(ctx, "token", []byte("three"), until); err != nil { // a page that was on its way
		t.Fatal(err)
	}
	if got, there, err := s.FindCtx(ctx, "token"); err != nil || there {
		t.Errorf("it is back: %q, %v", got, err)
	}
	if n := rowsOf(t, db, "select count(*) from sessions where data is not null"); n != 0 {
		t.Error("what it said is still there")
	}
	if live, err := db.LiveSessions(ctx, []string{"token"}); err != nil || len(live) != 0 {
		t.Errorf("open pages: %v, %v", live, err)
	}
}
