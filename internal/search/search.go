// Package search turns texts into words that can be found again however they are
// typed: without regard to case, accents and the ways in which one script writes
// the same letter. The database looks for words only by their beginnings; what
// makes two words the same is decided here, once for every engine.
//
// A word is a run of letters and digits. What a word becomes:
//
//   - It is taken apart by compatibility (NFKD), so that full-width and other
//     presentation forms are the letters they show, and put together again (NFKC).
//   - Latin, Greek, Cyrillic, Arabic and Hebrew lose their marks: é is e, ё is е,
//     ή is η, harakat and niqqud go. In other scripts a mark is part of the spelling
//     and stays.
//   - It is lower-cased; letters that Unicode doesn't take apart are spelled out
//     (ø is o, ł is l, ß is ss, æ is ae), a final sigma is a sigma, and the Persian
//     and Arabic ways of writing kaf, yeh, alef maksura and ta marbuta are one.
//   - Scripts without spaces between words (Han, kana, Hangul, Thai, Lao, Khmer,
//     Myanmar) are found from each of their letters on: 王小明 by 王, by 小明 and by 明.
package search

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Rules is the version of these rules. Words that were stored under another one
// have to be made again.
const Rules = 1

// mostLetters is how many letters count of any word.
const mostLetters = 100

// mostInside is how many letters count, of a word that is found from its middle.
const mostInside = 16

// Terms gives the words under which texts are found: each once, sorted.
func Terms(texts ...string) []string {
	var terms []string
	for _, text := range texts {
		for _, word := range split(text) {
			terms = append(terms, word)
			terms = append(terms, inside(word)...)
		}
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

// Query gives the words to look for, sorted: a text has all of them as beginnings
// of its [Terms], or it isn't found. Words that others begin with are left out.
func Query(text string) []string {
	words := split(text)
	slices.Sort(words)
	var needed []string
	for i, word := range words {
		if i+1 == len(words) || !strings.HasPrefix(words[i+1], word) {
			needed = append(needed, word)
		}
	}
	return needed
}

// split gives the words of a text, folded.
func split(text string) []string {
	var words []string
	for run := range strings.FieldsFuncSeq(text, separates) {
		run = strings.TrimLeftFunc(run, unicode.IsMark)                 // which belong to nothing here
		for word := range strings.FieldsFuncSeq(fold(run), separates) { // some ligatures hold spaces
			if word = strings.TrimLeftFunc(word, unicode.IsMark); strings.ContainsFunc(word, counts) {
				words = append(words, cut(word))
			}
		}
	}
	return words
}

// cut shortens a word to what counts of it; an engine couldn't index more.
func cut(word string) string {
	n := 0
	for i := range word {
		if n++; n > mostLetters {
			return word[:i]
		}
	}
	return word
}

// counts tells whether a rune is a letter or a digit.
func counts(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// separates tells whether a rune ends a word. A mark doesn't: it belongs to the
// letter before it.
func separates(r rune) bool { return !counts(r) && !unicode.IsMark(r) }

// fold gives the one form that stands for all the ways to write a word.
func fold(word string) string {
	var b strings.Builder
	var bare bool // the last letter's script drops its marks
	for _, r := range norm.NFKD.String(word) {
		if unicode.IsMark(r) {
			if !bare {
				b.WriteRune(r)
			}
			continue
		}
		bare = unicode.In(r, dropsMarks...)
		r = unicode.ToLower(r)
		if same, ok := spelled[r]; ok {
			b.WriteString(same)
		} else {
			b.WriteRune(r)
		}
	}
	return norm.NFKC.String(b.String())
}

var dropsMarks = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew}

var spelled = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'ħ': "h", 'ŧ': "t", 'ı': "i", 'ĸ': "k", 'ŋ': "n",
	'ς':      "σ",
	'\u0640': "",                           // tatweel only stretches a word
	'\u0649': "\u064a", '\u06cc': "\u064a", // alef maksura and Farsi yeh: yeh
	'\u0629': "\u0647", '\u06c1': "\u0647", // ta marbuta and heh goal: heh
	'\u06a9': "\u0643", // keheh: kaf
	'\u0671': "\u0627", // alef wasla: alef
}

// inside gives the ends of a word that begin with a letter of a script without
// spaces, or right after one.
func inside(word string) []string {
	var ends []string
	runes := []rune(word)
	for i := 1; i < len(runes); i++ {
		if unicode.IsMark(runes[i]) || !unicode.In(runes[i], unspaced...) && !unicode.In(runes[i-1], unspaced...) {
			continue
		}
		ends = append(ends, string(runes[i:min(len(runes), i+mostInside)]))
	}
	return ends
}

var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}
