package public_test

import (
	"testing"

	"kollega/internal/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }
