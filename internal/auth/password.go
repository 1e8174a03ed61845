// Package auth makes and checks the secrets people and programs identify themselves by.
package auth

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// Hasher makes and checks password hashes. It is safe for concurrent use.
type Hasher struct {
	params *argon2id.Params
	dummy  string
	// slots bounds how many hashes are made at once: each holds 32 MiB, and log-ins are asked for by strangers.
	slots chan struct{}
}

// NewHasher returns a Hasher with argon2id at 32 MiB, three passes, one lane: above the least OWASP's Password Storage
// Cheat Sheet asks for (19 MiB, two passes).
func NewHasher() (*Hasher, error) {
	h := &Hasher{
		params: &argon2id.Params{Memory: 32 * 1024, Iterations: 3, Parallelism: 1, SaltLength: 16, KeyLength: 32},
		slots:  make(chan struct{}, runtime.NumCPU()),
	}
	dummy, err := h.Hash(context.Background(), NewToken())
	if err != nil {
		return nil, err
	}
	h.dummy = dummy
	return h, nil
}

// Hash returns the hash to store for a password, in the PHC format with a salt of its own.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.acquire(ctx); err != nil {
		return "", err
	}
	defer h.release()
	hash, err := argon2id.CreateHash(normal(password), h.params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// Verify tells whether password is the one hash was made of. stale is true where it is, but the hash was made with
// other parameters than today's and should be replaced. An error means the hash cannot be read.
func (h *Hasher) Verify(ctx context.Context, password, hash string) (ok, stale bool, err error) {
	if err := h.acquire(ctx); err != nil {
		return false, false, err
	}
	defer h.release()
	ok, params, err := argon2id.CheckHash(normal(password), hash)
	if err != nil {
		return false, false, fmt.Errorf("verify password: %w", err)
	}
	return ok, ok && *params != *h.params, nil
}

// VerifyDummy does the work of Verify for a user who does not exist or has no password, so that the time an answer
// takes does not tell who has an account.
func (h *Hasher) VerifyDummy(ctx context.Context, password string) error {
	ok, _, err := h.Verify(ctx, password, h.dummy)
	if err == nil && ok {
		return errors.New("verify password: the dummy hash matched")
	}
	return err
}

func (h *Hasher) acquire(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to check a password: %w", ctx.Err())
	}
}

func (h *Hasher) release() { <-h.slots }

// normal makes equal what keyboards write differently, such as å in one or two code points (NIST SP 800-63B, 3.1.1.2).
func normal(password string) string { return norm.NFKC.String(password) }
