package tracking

import (
	"bytes"
	"regexp/syntax"
	"unicode"

	"kollega/models"
)

// Marks of a text's ends, by which anchored patterns become literals too.
const (
	textStart = '\x02'
	textEnd   = '\x03'
)

// trie finds any of many literals in a text, reading it about once.
type trie struct {
	roots [256]int32 // node by first byte; 0 for none
	nodes []trieNode
}

type trieNode struct {
	keys  []byte
	next  []int32
	found *finding
}

func (t *trie) add(literal string, f finding) {
	if len(t.nodes) == 0 {
		t.nodes = append(t.nodes, trieNode{}) // 0 is no node
	}
	at := &t.roots[literal[0]]
	for i := 0; ; i++ {
		if *at == 0 {
			t.nodes = append(t.nodes, trieNode{})
			*at = int32(len(t.nodes) - 1)
		}
		n := &t.nodes[*at]
		if i == len(literal)-1 {
			if n.found == nil {
				n.found = &f
			}
			return
		}
		k := bytes.IndexByte(n.keys, literal[i+1])
		if k < 0 {
			n.keys = append(n.keys, literal[i+1])
			n.next = append(n.next, 0)
			k = len(n.keys) - 1
		}
		at = &n.next[k]
	}
}

// find gives the first literal in text, or the first of a previewer where there is one.
func (t *trie) find(text string) (best finding) {
	for i := range len(text) {
		at := t.roots[text[i]]
		for j := i + 1; at != 0; j++ {
			n := &t.nodes[at]
			if n.found != nil {
				if n.found.class == models.ClassPreview {
					return *n.found
				}
				if best.class == "" {
					best = *n.found
				}
			}
			if j == len(text) {
				break
			}
			k := bytes.IndexByte(n.keys, text[j])
			if k < 0 {
				break
			}
			at = n.next[k]
		}
	}
	return best
}

// maxLiterals is how many literals one pattern may become.
const maxLiterals = 64

// expand writes a pattern out as the literals it stands for; ok is false where it stands for endlessly or too many.
func expand(pattern string) (literals []string, ok bool, err error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, false, err
	}
	literals, ok = expandRegexp(re.Simplify())
	for _, l := range literals {
		ok = ok && l != "" && l != string(textStart) && l != string(textEnd)
	}
	return literals, ok, nil
}

func expandRegexp(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpBeginText:
		return []string{string(textStart)}, true
	case syntax.OpEndText:
		return []string{string(textEnd)}, true
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 {
			return expandFolded(re.Rune)
		}
		return []string{string(re.Rune)}, true
	case syntax.OpCapture:
		return expandRegexp(re.Sub[0])
	case syntax.OpCharClass:
		return expandClass(re.Rune)
	case syntax.OpQuest:
		return alternatives([]*syntax.Regexp{{Op: syntax.OpEmptyMatch}, re.Sub[0]})
	case syntax.OpAlternate:
		return alternatives(re.Sub)
	case syntax.OpConcat:
		return sequence(re.Sub)
	}
	return nil, false
}

// expandFolded writes a text out in every mixture of its letters' cases; syntax.Parse makes such texts of [wW] too.
func expandFolded(text []rune) ([]string, bool) {
	out := []string{""}
	for _, r := range text {
		var longer []string
		for _, head := range out {
			longer = append(longer, head+string(r))
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				longer = append(longer, head+string(f))
			}
		}
		if out = longer; len(out) > maxLiterals {
			return nil, false
		}
	}
	return out, true
}

func expandClass(ranges []rune) (out []string, ok bool) {
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if out = append(out, string(r)); len(out) > maxLiterals {
				return nil, false
			}
		}
	}
	return out, true
}

func alternatives(subs []*syntax.Regexp) (out []string, ok bool) {
	for _, sub := range subs {
		part, ok := expandRegexp(sub)
		if !ok || len(out)+len(part) > maxLiterals {
			return nil, false
		}
		out = append(out, part...)
	}
	return out, true
}

func sequence(subs []*syntax.Regexp) ([]string, bool) {
	out := []string{""}
	for _, sub := range subs {
		part, ok := expandRegexp(sub)
		if !ok || len(out)*len(part) > maxLiterals {
			return nil, false
		}
		var longer []string
		for _, head := range out {
			for _, tail := range part {
				longer = append(longer, head+tail)
			}
		}
		out = longer
	}
	return out, true
}
