package httpapi

import (
	"net/http"
	"time"

	"usher/internal/apidocs"
	"usher/internal/fault"
)

// pages are the routes that answer with HTML, for the document only.
func pages() []route {
	page := func(id, summary string, problems ...refusal) operation {
		return operation{
			id: id, tag: "Pages", public: true, summary: summary, media: html, status: http.StatusOK, gives: "The page.",
			samples: []sample{{"A page", examplePage}}, problems: problems,
		}
	}
	token := param{"token", inPath, "From the link that the server prints at its first start.", anyText(), "q2Zt1Yc8Rw5Lp4Sd6Fgk3J9x0aVb2Qm7hN1uE7oTiKs"}
	lang := param{"lang", inQuery, "The language of the page, BCP 47; else Accept-Language and the firm's default decide.", anyText(), "es"}
	first := page("form", "The form", cannotStore("The database can't be used right now."))
	first.params = []param{lang}
	submit := page("submitForm", "Submit the form", submitFormRefusals()...)
	submit.text = "As POST /api/v1/leads, for browsers. When something is wrong the form comes again with what was typed, and the resume " +
		"that came with it is kept for an hour. A form of the firm's own may send the same fields, and `return_to`, an address on the firm's list " +
		"to which the browser goes in the end. Unknown fields are ignored."
	submit.params, submit.body, submit.headers = []param{lang}, submissionBody(), []string{"Location"}
	submit.status, submit.gives, submit.samples = http.StatusSeeOther, "The lead is kept; Location is its confirmation page.", nil
	received := page("received", "The confirmation page", noSuch("page"), cannotStore("The database can't be used right now."))
	received.text = "Shows personal data for 30 minutes after receipt, and no longer."
	receipt := param{"receipt", inPath, "From the Location of a submission.", anyText(), "Zt1Yc8Rw5Lp4Sd6Fgk3J9x0aVb2Qm7hN1uE7oTi"}
	received.params = []param{receipt, lang}
	address := page("addressForm", "The page that corrects the e-mail address", noSuch("page"), lapsedReceipt(), cannotStore("The database can't be used right now."))
	address.params = []param{receipt, lang}
	correct := page("correctAddress", "Correct the e-mail address", correctRefusals()...)
	correct.text = "Within 30 minutes of receipt. The confirmation goes to the new address, and the timeline says that it was corrected."
	correct.params, correct.body, correct.headers = []param{receipt, lang}, addressBody(), []string{"Location"}
	correct.status, correct.gives, correct.samples = http.StatusSeeOther, "The lead has the address; Location is its confirmation page.", nil
	form := page("setupForm", "The page that makes the first admin", noSuch("link"), cannotStore("The database can't be used right now."))
	form.params = []param{token}
	setup := page("setup", "Make the first admin, once", setupRefusals()...)
	setup.text = "Signs in the browser that made the admin."
	setup.params, setup.body, setup.headers = []param{token}, setupBody(), []string{"Location", "Set-Cookie"}
	setup.status, setup.gives, setup.samples = http.StatusSeeOther, "The admin is made; Location is where to go on.", nil
	docs := page("docs", "This document, to read and to try")
	docs.text = "With swagger-ui, which asks no other host for anything."
	docs.params, docs.headers, docs.also = []param{ifNoneMatchParam("e3d0420a0e313db8")}, []string{"ETag"}, notModified()
	return []route{
		{"GET", "/", door{}, first},
		{"POST", "/", door{}, submit},
		{"GET", "/received/{receipt}", door{}, received},
		{"GET", "/received/{receipt}/address", door{}, address},
		{"POST", "/received/{receipt}/address", door{}, correct},
		{"GET", "/logo/{digest}", door{}, logoPage()},
		{"GET", "/qr.svg", door{}, qrPage(lang)},
		{"GET", "/embed.js", door{}, embedPage()},
		{"GET", "/setup/{token}", door{}, form},
		{"POST", "/setup/{token}", door{}, setup},
		{"GET", apidocs.Path, door{}, docs},
	}
}

func lapsedReceipt() refusal {
	return refused(fault.NotFound, "lapsed", "The time to correct the address here is over. Write to the firm and give your reference.",
		"The lead was received more than 30 minutes ago.")
}

func correctRefusals() []refusal {
	return []refusal{
		noSuch("page"), lapsedReceipt(),
		refused(fault.Malformed, "malformed_form", "The form could not be read. Try again.", "The body is no form, or is longer than 64 KiB."),
		refused(fault.Conflict, "too_often", "The address was corrected several times already. Write to the firm and give your reference.",
			"It was corrected three times."),
		refused(fault.Unsupported, "unsupported_media_type", "Use the form on this page.", "The body is of another type, or has a Content-Encoding."),
		invalid("The address is no address.", fault.Violation{Field: "email", Code: "invalid_email", Message: "Enter an e-mail address like name@example.com."}),
		{err: &fault.Error{Kind: fault.Throttled, Code: "too_many_submissions", RetryAfter: time.Second}, when: "Too much came from this network."},
		cannotStore("The address can't be stored now."), intakeStopped(),
	}
}

// file is a route that gives a file to anybody.
func file(id, summary, media, gives, example string, problems ...refusal) operation {
	return operation{
		id: id, tag: "Pages", public: true, summary: summary, media: media, status: http.StatusOK, gives: gives,
		samples: []sample{{"The file", example}}, headers: []string{"ETag"}, also: notModified(), problems: problems,
	}
}

func logoPage() operation {
	o := file("logo", "The firm's logo", "image/*", "The picture.", "(the bytes of a picture)", noSuch("page"), cannotStore("The database can't be used right now."))
	o.params = []param{{"digest", inPath, "As the firm's profile has it.", anyText(), exampleSHA256}, ifNoneMatchParam("7c3f1e9a52d40b68")}
	return o
}

func qrPage(lang param) operation {
	o := file("qr", "A QR code of the form's address, for paper", "image/svg+xml", "The picture.", "<svg xmlns=\"http://www.w3.org/2000/svg\">…</svg>")
	lang.text = "The language that the form opens in; left out, the reader's browser decides."
	o.params = []param{lang, ifNoneMatchParam("7c3f1e9a52d40b68")}
	return o
}

func embedPage() operation {
	o := file("embedScript", "The script that fits a frame to the form", "text/javascript", "For a page of the firm's that shows the form in a frame.", "(() => { … })();")
	o.params = []param{ifNoneMatchParam("7c3f1e9a52d40b68")}
	return o
}
