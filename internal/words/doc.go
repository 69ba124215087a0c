// Package words is what a firm's pages and mails say, in every language that
// they can be read in.
//
// The sentences stand in catalogues/, one file a language, English first: a key
// names what is said, its value is a whole sentence. {{.Name}} is where a value
// goes; a sentence with a number has one form for each plural of its language
// (CLDR). Tests hold every catalogue to the keys and placeholders of English,
// and every key to a use.
//
//	languages, err := words.New("en", "es")       // those of the firm, the default first
//	w := languages.Choose(asked, acceptLanguage)  // that of a reader
//	w.Text("mail.hello_name", "Name", name)       // plain text
//	w.HTML("form.send_to", "Firm", firm)          // the same for a page, escaped
//
// Values are what people typed, so they are never read as anything else: no
// placeholder and no markup in them means a thing, and their direction doesn't
// spill over into the sentence around them.
//
// To add a language, add its catalogue and a line in shipped (tongue.go).
package words
