// Package apidocs is the page at /docs: the OpenAPI document to read and to try,
// with swagger-ui, which is embedded. The page asks nobody but this server for
// anything.
//
// assets/swagger-ui holds the files of swagger-ui that the page needs, as
// assets/README.md says; the rest of the page is ours and plain.
package apidocs
