package web

import "github.com/sergi/go-diff/diffmatchpatch"

// DiffPiece is a piece of two texts that are compared: of both, only of the first ("del"), or only of the second ("ins").
type DiffPiece struct{ Kind, Text string }

// Diff tells what a text became, in pieces that people can read.
func Diff(before, after string) []DiffPiece {
	compare := diffmatchpatch.New()
	diffs := compare.DiffCleanupSemantic(compare.DiffMain(before, after, false))
	pieces := make([]DiffPiece, 0, len(diffs))
	kinds := map[diffmatchpatch.Operation]string{diffmatchpatch.DiffDelete: "del", diffmatchpatch.DiffInsert: "ins"}
	for _, d := range diffs {
		pieces = append(pieces, DiffPiece{kinds[d.Type], d.Text})
	}
	return pieces
}
