package resume

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// contentTypes is what [Content_Types].xml says of an OOXML package (ECMA-376
// part 2, 7.2.3.2).
type contentTypes struct {
	document bool // a main part of a Word document, and the part is there
	macros   bool // something that holds or starts macros
}

// contentTypesName is in lower case, as archive keeps its names.
const contentTypesName = "[content_types].xml"

const mainPart = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

// contentTypes reads [Content_Types].xml; an archive without one has the zero
// value. RawToken resolves no entity but XML's own five and reads nothing else.
func (a *archive) contentTypes() (contentTypes, error) {
	var found contentTypes
	b, err := a.part(contentTypesName)
	if err != nil || b == nil {
		return found, err
	}
	for tokens := xml.NewDecoder(bytes.NewReader(b)); ; {
		token, err := tokens.RawToken()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return found, unsafeArchive(err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return found, unsafeArchive(errors.New("a DOCTYPE in [Content_Types].xml"))
		case xml.StartElement:
			a.addContentType(&found, t)
		}
	}
}

// addContentType takes an Override (the type of one part) or a Default (that of
// an extension, as .NET's packager writes it for the main part).
func (a *archive) addContentType(found *contentTypes, e xml.StartElement) {
	declared := strings.ToLower(attribute(e, "ContentType"))
	if strings.Contains(declared, "macroenabled") || strings.Contains(declared, "vbaproject") {
		found.macros = true
	}
	if declared != mainPart {
		return
	}
	switch e.Name.Local {
	case "Override":
		name := strings.ToLower(strings.TrimPrefix(attribute(e, "PartName"), "/"))
		found.document = found.document || a.files[name] != nil
	case "Default":
		found.document = found.document || a.extensions["."+strings.ToLower(attribute(e, "Extension"))]
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
