// Package kept holds on to the resume of a form that is not sent yet: when another
// field is wrong, nobody has to choose the file again. A browser can't put a file
// back into a form, so the server keeps it, for [Life] at most.
//
// What comes from strangers who may never send their form must not fill the disk.
// So there are two caps, and the oldest files make room for the newest: [PerNetwork]
// files of one network, and [Share] of the disk for all of them. Nobody of the firm
// sees a kept file, and no backup holds one: it isn't a lead's.
//
//	file ──▶ disk, under its key ──▶ row        after a crash: a file without a row
//	row goes ──▶ file goes                      after a crash: the same
//
// [Service.Sweep] takes such files away once they are older than Life. A row whose
// file is gone opens nothing, as if it had lapsed.
//
// The bytes are on a shelf of their own, apart from those of the leads. To be sent
// they are copied, and what the lead gets is received, looked at and digested like
// any other resume.
package kept
