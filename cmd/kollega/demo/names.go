package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Names are put together by chance; whoever bears one is meant by none.
var (
	firstNames = strings.Fields(`Ingrid Lars Amina Jon Silje Mateusz Kari Nikolai Fatima Eirik Marit Omar Solveig Anders Linh Tuva Håkon Zuzanna Bjørn Elin
		Yusuf Ragnhild Petter Sunniva Jonas Maja Áilu Thea Sivert Hanna Ola Priya Magnus Ylva Tor Anja Emre Guro Kristoffer Selma Mikkel Nora Vetle Ida`)
	lastNames = strings.Fields(`Solberg Nygård Hussein Bakken Lie Kowalski Moen Eide Rahman Haugen Strand Berg Nguyen Dahl Fossum Aas Lunde Wiśniewska Sætre Øyen
		Demir Vik Tangen Brekke Myhre Sara Holm Ness Kvam Fjeld Sunde Rao Aune Gran Skaar Teigen Yilmaz Hovland Rød Engen Løken Utsi Grindheim Heggelund`)
)

// names gives each person a name and an address of their own.
type names struct {
	rng    *rand.Rand
	domain string
	taken  map[string]int
}

func newNames(rng *rand.Rand, domain string) *names {
	return &names{rng: rng, domain: domain, taken: map[string]int{}}
}

// next is a name and an e-mail address under a domain that is reserved for examples (RFC 2606).
func (n *names) next() (name, address string) {
	first, last := firstNames[n.rng.IntN(len(firstNames))], lastNames[n.rng.IntN(len(lastNames))]
	local := plain.Replace(strings.ToLower(first + "." + last))
	n.taken[local]++
	if times := n.taken[local]; times > 1 {
		local = fmt.Sprintf("%s%d", local, times)
	}
	return first + " " + last, local + "@" + n.domain
}

var plain = strings.NewReplacer("æ", "ae", "ø", "o", "å", "a", "á", "a", "ś", "s")
