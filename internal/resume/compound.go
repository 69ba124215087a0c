package resume

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
)

// Old Word files, and password-protected new ones, are compound files: a small
// FAT file system in one file ([MS-CFB]). Only its directory is read here, and
// two bytes of the WordDocument stream.

const (
	endOfChain = 0xfffffffa // this and above are no sector numbers
	// maxDirEntries bounds the walk; Word writes about ten, and a few for every
	// embedded object.
	maxDirEntries = 16_384
	dirEntryBytes = 128
	// miniCutoff is the size below which a stream lies in the mini stream.
	miniCutoff = 4096
)

var errBroken = errors.New("a broken compound file")

// Types of directory entries.
const (
	unusedEntry  = 0
	storageEntry = 1
	streamEntry  = 2
)

// dirEntry is one storage (folder) or stream (file).
type dirEntry struct {
	name               string // lower case, since names are compared without regard to case
	kind               byte
	left, right, child uint32 // other entries, as a tree
	start              uint32 // first sector
	size               uint32 // bytes
	nested             bool   // inside a storage other than the root
}

// lookCompound tells a Word document by the WordDocument stream in the root. The
// same stream deeper down is only a document embedded in something else.
func lookCompound(p *probe) (verdict, error) {
	c, err := openCompound(p)
	if err != nil {
		return verdict{}, unsupportedType(err)
	}
	entries, err := c.directory()
	if err != nil {
		return verdict{}, unsupportedType(err)
	}
	found := unsupportedType(nil)
	var v verdict
	for _, e := range entries {
		switch {
		case e.kind == storageEntry && e.name == "macros", e.kind != unusedEntry && strings.HasPrefix(e.name, "_vba_project"):
			return verdict{}, macros()
		case e.kind != streamEntry || e.nested:
		case e.name == "worddocument":
			v, found = verdict{doc, c.wordProtected(e)}, nil
		case e.name == "encryptedpackage" && v.kind == nil:
			v, found = verdict{docx, true}, nil
		}
	}
	return v, found
}

// compound reads sectors and follows their chains.
type compound struct {
	p     *probe
	shift uint     // sector size is 1<<shift
	first uint32   // first sector of the directory
	fat   []uint32 // the sectors that hold the FAT, from the header and the DIFAT
}

func openCompound(p *probe) (*compound, error) {
	// Directory, its FAT entries and the DIFAT; generous, and far from endless.
	p.allow(maxDirEntries*dirEntryBytes + p.size/16 + 64<<10)
	var header [512]byte
	if _, err := p.ReadAt(header[:], 0); err != nil {
		return nil, errBroken
	}
	c := &compound{p: p, shift: uint(binary.LittleEndian.Uint16(header[30:])), first: binary.LittleEndian.Uint32(header[48:])}
	if c.shift != 9 && c.shift != 12 {
		return nil, errBroken
	}
	return c, c.readFAT(header[68:])
}

// readFAT takes the header from its DIFAT fields on. A file needs only so many
// FAT sectors for its size, and the DIFAT one sector for many of them; that also
// ends a chain that runs in a circle.
func (c *compound) readFAT(header []byte) error {
	perSector := int64(1) << (c.shift - 2)
	most := int((c.p.size>>c.shift)/perSector) + 1
	list, next := header[8:], binary.LittleEndian.Uint32(header)
	sector := make([]byte, 1<<c.shift)
	for range most {
		for ; len(list) >= 4 && len(c.fat) < most; list = list[4:] {
			if s := binary.LittleEndian.Uint32(list); s < endOfChain {
				c.fat = append(c.fat, s)
			}
		}
		if next >= endOfChain || len(c.fat) == most {
			break
		}
		if err := c.read(next, sector); err != nil {
			return err
		}
		last := len(sector) - 4
		list, next = sector[:last], binary.LittleEndian.Uint32(sector[last:])
	}
	return nil
}

// read fills b from the start of a sector; past the end of the file it is zero,
// since some writers don't pad the last sector.
func (c *compound) read(sector uint32, b []byte) error {
	n, err := c.p.ReadAt(b, (int64(sector)+1)<<c.shift)
	if err != nil && (!errors.Is(err, io.EOF) || n == 0) {
		return errBroken
	}
	clear(b[n:])
	return nil
}

// next is the sector that follows in a chain.
func (c *compound) next(sector uint32) (uint32, error) {
	perSector := uint32(1) << (c.shift - 2)
	i := sector / perSector
	if int64(i) >= int64(len(c.fat)) {
		return 0, errBroken
	}
	var b [4]byte
	_, err := c.p.ReadAt(b[:], (int64(c.fat[i])+1)<<c.shift+int64(sector%perSector)*4)
	if err != nil {
		return 0, errBroken
	}
	return binary.LittleEndian.Uint32(b[:]), nil
}

// directory reads all entries, and marks those inside a storage.
func (c *compound) directory() ([]dirEntry, error) {
	var entries []dirEntry
	seen := map[uint32]bool{}
	sector := make([]byte, 1<<c.shift)
	for s := c.first; s < endOfChain; {
		if seen[s] || len(entries) >= maxDirEntries {
			return nil, errBroken
		}
		seen[s] = true
		if err := c.read(s, sector); err != nil {
			return nil, err
		}
		for b := sector; len(b) >= dirEntryBytes; b = b[dirEntryBytes:] {
			entries = append(entries, parseDirEntry(b))
		}
		var err error
		if s, err = c.next(s); err != nil {
			return nil, err
		}
	}
	for _, e := range entries {
		if e.kind == storageEntry {
			markNested(entries, e.child)
		}
	}
	return entries, nil
}

func parseDirEntry(b []byte) dirEntry {
	le := binary.LittleEndian
	units := make([]uint16, min(int(le.Uint16(b[64:]))/2, 32))
	for i := range units {
		units[i] = le.Uint16(b[2*i:])
	}
	return dirEntry{
		name: strings.ToLower(strings.TrimRight(string(utf16.Decode(units)), "\x00")), kind: b[66],
		left: le.Uint32(b[68:]), right: le.Uint32(b[72:]), child: le.Uint32(b[76:]),
		start: le.Uint32(b[116:]), size: le.Uint32(b[120:]),
	}
}

// markNested marks an entry and its siblings, without recursion: a stranger
// decides how deep the tree is. What is marked already ends a walk in a circle.
func markNested(entries []dirEntry, first uint32) {
	for todo := []uint32{first}; len(todo) > 0; {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if int64(i) < int64(len(entries)) && !entries[i].nested {
			entries[i].nested = true
			todo = append(todo, entries[i].left, entries[i].right)
		}
	}
}

// wordProtected reads the fEncrypted bit at the start of the WordDocument stream
// ([MS-DOC] 2.5.2). Word's streams are never small enough for the mini stream.
func (c *compound) wordProtected(e dirEntry) bool {
	var fib [12]byte
	if e.size < miniCutoff || e.start >= endOfChain || c.read(e.start, fib[:]) != nil {
		return false
	}
	return binary.LittleEndian.Uint16(fib[10:])&0x0100 != 0
}
