// Package e2e_test uses Kollega as people do: the real program, its real engines, a real browser.
package e2e_test

import (
	"os"
	"testing"

	"kollega/internal/testenv"
)

func TestMain(m *testing.M) {
	os.Exit(func() int {
		defer closeBrowser()
		return testenv.Run(m)
	}())
}
