package account

import "testing"

func TestOfGoogleOnlyItsOwnAddressesAreVerified(t *testing.T) {
	t.Parallel()
	for email, c := range map[string]struct {
		hd   any
		want bool
	}{
		"kari@fjordheim.example": {"fjordheim.example", true},
		"ola@fjordheim.example":  {nil, false}, // an account of anybody's, made with an address of the house
		"ola@gmail.com":          {nil, true},
	} {
		a := Account{Issuer: google, Email: email, claims: map[string]any{"email_verified": true, "hd": c.hd}}
		if got := a.verified(nil); got != c.want {
			t.Errorf("%s, hd %v: got %v, want %v", email, c.hd, got, c.want)
		}
	}
}
