package firm

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"usher/internal/fault"
)

// What a logo may be at most.
const (
	MaxLogoBytes  = 32 << 10
	maxLogoWidth  = 2000 // pixels
	maxLogoHeight = 1000
)

// Logo is the firm's picture, PNG or JPEG. It never changes: another picture has
// another digest, which stands in its address.
type Logo struct {
	Digest        string // SHA-256 of the bytes, in hex
	ContentType   string // image/png or image/jpeg
	Width, Height int    // pixels
	Bytes         []byte // of a new one; a profile that was read has them apart: see Store.LogoBytes
}

// LogoTooLarge refuses more than MaxLogoBytes.
func LogoTooLarge() error {
	return fault.Field(fault.TooLarge, "logo", "too_large", "This picture is larger than 32 KiB. Choose a smaller one.")
}

// NewLogo looks at a picture: its content decides the type. Errors: TooLarge,
// Unsupported for what is neither PNG nor JPEG, Invalid for one with too many pixels
// and for one that can't be read to its end.
func NewLogo(content []byte) (*Logo, error) {
	if len(content) > MaxLogoBytes {
		return nil, LogoTooLarge()
	}
	measure, decode, logo := png.DecodeConfig, png.Decode, &Logo{ContentType: "image/png"}
	switch {
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")):
		measure, decode, logo = jpeg.DecodeConfig, jpeg.Decode, &Logo{ContentType: "image/jpeg"}
	default:
		return nil, fault.Field(fault.Unsupported, "logo", "unsupported_type", "This is no PNG or JPEG picture. Choose one of those.")
	}
	size, err := measure(bytes.NewReader(content))
	if err != nil {
		return nil, badLogo("unreadable", unreadableLogo)
	}
	if size.Width < 1 || size.Height < 1 || size.Width > maxLogoWidth || size.Height > maxLogoHeight { // before memory is spent on them
		return nil, badLogo("out_of_range", "Choose a picture of at most 2,000 by 1,000 pixels.")
	}
	if !decodes(decode, content) {
		return nil, badLogo("unreadable", unreadableLogo)
	}
	sum := sha256.Sum256(content)
	logo.Digest, logo.Width, logo.Height, logo.Bytes = hex.EncodeToString(sum[:]), size.Width, size.Height, content
	return logo, nil
}

const unreadableLogo = "This picture can't be read. Save it as a PNG or JPEG and choose that file."

func badLogo(code, message string) error {
	return fault.Violated([]fault.Violation{{Field: "logo", Code: code, Message: message}})
}

func decodes(decode func(io.Reader) (image.Image, error), content []byte) bool {
	_, err := decode(bytes.NewReader(content))
	return err == nil
}
