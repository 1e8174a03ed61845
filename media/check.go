package media

import (
	"context"
	"fmt"
	"time"
)

// checkDeadline ends a probe or a scan that hangs; both take a tenth of a second on the files they are made for.
const checkDeadline = 30 * time.Second

// Check decides whether the file at path can become a clip, decoding no more than a header's worth of it. The order
// is the safety: first bytes, size, probe within white lists, shape, packet scan, timing. A refused file gives a
// *Reject; any other error is not the file's fault and may go away.
func (t *Tools) Check(ctx context.Context, path string) (Facts, error) {
	ctx, cancel := context.WithTimeout(ctx, checkDeadline)
	defer cancel()
	format, size, err := sniffFile(path)
	if size > t.Policy.MaxBytes {
		return Facts{}, reject(CodeTooLarge, "%d bytes, at most %d", size, t.Policy.MaxBytes)
	}
	if err != nil {
		return Facts{}, err
	}
	facts, claimed, err := t.probe(ctx, path, format)
	if err != nil {
		return Facts{}, fmt.Errorf("probe: %w", err)
	}
	facts.Size = size
	if refused := t.Policy.checkShape(facts); refused != nil {
		return Facts{}, refused
	}
	if err := t.scan(ctx, path, &facts, claimed); err != nil {
		return Facts{}, fmt.Errorf("packet scan: %w", err)
	}
	if refused := t.Policy.checkTiming(facts); refused != nil {
		return Facts{}, refused
	}
	return facts, nil
}
