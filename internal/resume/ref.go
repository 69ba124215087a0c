package resume

// Ref is what a lead knows of its resume: where the bytes are, what they are,
// and their digest. It is a value; the bytes stay in Storage.
type Ref struct {
	Key         string // generated name in the storage; says nothing about its content
	Filename    string // base name, safe to show and to save under
	ContentType string // from the content, one of the accepted types
	Size        int64  // bytes
	SHA256      string // lower-case hex of the exact bytes
	Protected   bool   // needs a password to open
}
