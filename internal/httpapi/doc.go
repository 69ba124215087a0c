// Package httpapi is the HTTP contract: the routes under /api/, their problems,
// and the OpenAPI document that describes them.
//
// Routes stand on one page, routes.go, each with the description that goes into
// the document, so that neither can have what the other lacks. A handler returns
// an error; one adapter turns it into a problem (RFC 9457), logs it once and
// recovers panics.
package httpapi
