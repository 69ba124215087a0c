// Package backup is the archive that `usher backup` writes and `usher restore`
// reads: a plain tar file that any tool can open. In this order it holds
//
//	manifest.json   what is in it, of when, made by which program
//	secret.key      unless the key comes from a setting
//	resumes/KEY     one for each lead
//	usher.db        the database
//	end.json        the SHA-256 of all this, and the final counts
//
// It is written and read as a stream, once, in constant memory. The database comes
// after the resumes so that whoever is erased while they are copied can still be
// erased from it (docs/adr/0008). What end.json and the tar trailer must be follows
// from the bytes before them, and is compared byte by byte: there is no byte in an
// archive that can change without being noticed. That is against accidents: who can
// write the archive can write another digest too.
package backup
