package demo

// What staff write down before they have reached somebody.
func beforeNotes() []string {
	return []string{
		"Called, went to voicemail. Trying again after 4 pm.",
		"Priority date looks current. Worth a call this week.",
		"Employer already has counsel? Ask first.",
		"Prefers to be called in the evening, after her shift.",
		"Sister is a client of ours. Checked for a conflict: none.",
		"Two years of gaps on the resume. Ask about status in that time.",
		"H-1B runs out in under six months. This one is urgent.",
		"Number on the resume has a digit too few. Writing an e-mail instead.",
		"Looks like a good EB-2 NIW. Daniel should have a look.",
		"Speaks little English. Needs an interpreter for the first call.",
		"Resume is a photo of a printout. Readable, just.",
		"Wrote to us in March too, under the old address.",
	}
}

// What staff write down after they have.
func afterNotes() []string {
	return []string{
		"Good call. Consultation booked, fee explained.",
		"Sent the intake questionnaire and the list of documents.",
		"Answered within the hour. Wants to talk to her husband first.",
		"Not for us: removal proceedings in another circuit. Gave two names.",
		"Asked for the I-94 and the last three pay slips.",
		"No answer to my mail yet. Calling on Thursday.",
		"Has a job offer from a hospital. H-1B cap exempt, probably.",
		"Family petition is the better way. Told him what it costs and how long it takes.",
		"Very anxious about travel. Told him not to leave before the advance parole is here.",
		"Spoke in Spanish. Marisol takes it from here.",
		"Came by the office with the documents. Copies are in the folder.",
		"He'll come back to us when the degree is evaluated.",
	}
}

func reopenReasons() []string {
	return []string{
		"Wrong number, that was somebody else",
		"Mail bounced, has to be called",
		"Wrote again with new documents",
		"Never got our answer",
		"Wants a second talk about asylum",
	}
}
