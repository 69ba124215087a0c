// Package resume decides what a resume may be and looks after its bytes.
//
// A resume comes from a stranger, so nothing about it is believed: not its
// name, not the type the browser sent, not its length. [Shelf.Receive] copies
// the bytes once, from the request to a temporary file (a [Draft]), counting and
// hashing on the way, and only then looks at what arrived:
//
//	body ──64 KiB at a time──▶ draft ──▶ content decides the type ──▶ name fits? ──▶ Upload
//
// The content alone decides the type (kind.go lists the eight). Looking is
// always bounded: a probe hands out at most so many bytes of the draft, and no
// document is ever opened, rendered or unpacked here. Archives (DOCX, ODT) are
// judged by their directory and one small part; old Word files by the directory
// of their compound file; PDFs are searched for a word, never parsed.
//
// An [Upload] is a resume that has passed and isn't kept yet. The caller checks
// the rest of its form and then either keeps it, which puts the bytes on disk
// for good before the lead's row exists, or lets the deferred Discard take it
// away:
//
//	upload, err := shelf.Receive(ctx, filename, part)
//	if err != nil {
//		return err // the draft is gone already
//	}
//	defer upload.Discard() // does nothing once it is kept
//	// ... check the other fields ...
//	if err := upload.Keep(ctx); err != nil {
//		return err
//	}
//	// ... insert the lead with upload.Ref() ...
//
// If the insert fails, the kept file has no owner. That is the harmless side to
// fail on: [Shelf.Sweep] removes such orphans once they are older than any
// request can be. The other order could lose a resume.
//
// Whoever reads a resume gets the sent bytes or an error: [Shelf.Open] hashes
// the whole file first and gives out the same open file, so a flipped bit is
// found before a reader sees it.
//
// Where the bytes live is the business of a [Storage]; package resume/disk is
// the one for a folder.
package resume
