package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"kollega/models"
	"kollega/storage"
)

// tryObject puts a small object, reads a part of it as a browser would, and deletes it.
func tryObject(ctx context.Context, e *engines) (err error) {
	key := "doctor-" + models.NewID().String()
	if err := e.Store.Put(ctx, key, bytes.NewReader([]byte("0123456789")), storage.PutOptions{ContentType: "text/plain"}); err != nil {
		return fmt.Errorf("put: %w", err)
	}
	defer func() { err = errors.Join(err, e.Store.Delete(ctx, key)) }()
	o, err := e.Store.Get(ctx, key, "bytes=2-4")
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	defer o.Body.Close()
	part, err := io.ReadAll(o.Body)
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	if string(part) != "234" || !o.Partial {
		return errors.New("the server does not answer Range requests, which video needs")
	}
	return nil
}
