package httpapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What these tests read of the document. The linter (make lint-api) checks its
// shape, these check what it says.
type (
	documentRead struct {
		Paths map[string]map[string]operationRead
		Tags  []struct{ Name string }
	}
	operationRead struct {
		OperationID string
		Summary     string
		Tags        []string
		Security    []any
		Parameters  []parameterRead
		RequestBody struct{ Content map[string]mediaRead }
		Responses   map[string]responseRead
	}
	parameterRead struct {
		Name, In, Description string
		Schema                struct{ Examples []any }
	}
	responseRead struct {
		Description string
		Content     map[string]mediaRead
		Headers     map[string]any
	}
	mediaRead struct {
		Examples map[string]struct{ Value json.RawMessage }
	}
)

func readDocument(t *testing.T) documentRead {
	t.Helper()
	body, err := OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var d documentRead
	if err := json.Unmarshal(body, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// eachOperation runs a test for every operation of the document.
func eachOperation(t *testing.T, check func(t *testing.T, at string, op operationRead)) {
	t.Helper()
	for path, operations := range readDocument(t).Paths {
		for method, op := range operations {
			t.Run(op.OperationID, func(t *testing.T) {
				t.Parallel()
				check(t, strings.ToUpper(method)+" "+path, op)
			})
		}
	}
}

func (op operationRead) has(statuses ...int) bool {
	for _, status := range statuses {
		if _, ok := op.Responses[strconv.Itoa(status)]; !ok {
			return false
		}
	}
	return true
}

func (op operationRead) takes(name string) bool {
	for _, p := range op.Parameters {
		if p.Name == name {
			return true
		}
	}
	return false
}

func (op operationRead) html() bool { return slices.Contains(op.Tags, "Pages") }

func TestEveryOperationIsExplained(t *testing.T) {
	t.Parallel()
	var tags []string
	for _, tag := range readDocument(t).Tags {
		tags = append(tags, tag.Name)
	}
	eachOperation(t, func(t *testing.T, at string, op operationRead) {
		t.Helper()
		if op.Summary == "" || len(op.Summary) > 80 || strings.HasSuffix(op.Summary, ".") {
			t.Errorf("%s: the summary is %q", at, op.Summary)
		}
		if len(op.Tags) != 1 || !slices.Contains(tags, op.Tags[0]) {
			t.Errorf("%s: tags %v", at, op.Tags)
		}
		for _, p := range op.Parameters {
			if p.Description == "" || len(p.Schema.Examples) == 0 {
				t.Errorf("%s: the parameter %s has no description or no example", at, p.Name)
			}
		}
		for media, body := range op.RequestBody.Content {
			if len(body.Examples) == 0 {
				t.Errorf("%s: the body %s has no example", at, media)
			}
		}
		for status, response := range op.Responses {
			code, _ := strconv.Atoi(status)
			if response.Description == "" || response.Description == http.StatusText(code) {
				t.Errorf("%s: %s says %q", at, status, response.Description)
			}
			for media, body := range response.Content {
				if len(body.Examples) == 0 {
					t.Errorf("%s: %s %s has no example", at, status, media)
				}
			}
		}
	})
}

// What an operation takes says which refusals it has.
func TestEveryOperationNamesItsRefusals(t *testing.T) {
	t.Parallel()
	eachOperation(t, func(t *testing.T, at string, op operationRead) {
		t.Helper()
		asks := len(op.Security) > 0 || op.OperationID == "signIn"
		if op.has(http.StatusUnauthorized) != asks || asks && !op.has(http.StatusServiceUnavailable) {
			t.Errorf("%s: 401 and 503 belong to what asks who is calling, and 401 to nothing else", at)
		}
		// lang is a wish: a language that there isn't is passed over.
		query := slices.ContainsFunc(op.Parameters, func(p parameterRead) bool { return p.In == inQuery && p.Name != "lang" })
		for _, rule := range []struct {
			holds    bool
			what     string
			statuses []int
		}{
			{op.takes("id"), "an id in the path", []int{404}},
			{op.takes("If-Match"), "If-Match", []int{412}},
			{query, "query parameters", []int{422}},
			{op.RequestBody.Content["application/json"].Examples != nil, "a JSON body", []int{400, 413, 415, 422}},
			{op.RequestBody.Content["multipart/form-data"].Examples != nil, "a multipart body", []int{400, 413, 415, 422, 429, 503}},
		} {
			if rule.holds && !op.has(rule.statuses...) {
				t.Errorf("%s: takes %s and has %v, not all of %v", at, rule.what, slices.Sorted(maps.Keys(op.Responses)), rule.statuses)
			}
		}
	})
}

// A refusal's examples are what a client could get, one for each code, and its
// description says when each of them comes.
func TestEveryRefusalIsShown(t *testing.T) {
	t.Parallel()
	eachOperation(t, func(t *testing.T, at string, op operationRead) {
		t.Helper()
		for status, response := range op.Responses {
			code, _ := strconv.Atoi(status)
			_, again := response.Headers["Retry-After"]
			if again != (code == 429 || code == 503) {
				t.Errorf("%s: %s with Retry-After: %v", at, status, again)
			}
			if code < 400 || op.html() {
				continue
			}
			if len(response.Content) != 1 {
				t.Errorf("%s: %s has %d types of content", at, status, len(response.Content))
			}
			for media, body := range response.Content {
				for name, example := range body.Examples {
					if !strings.Contains(response.Description, "`"+name+"`: ") {
						t.Errorf("%s: %s doesn't say when %s comes: %q", at, status, name, response.Description)
					}
					checkRefusal(t, at, media, name, code, example.Value)
				}
			}
		}
	})
}

func checkRefusal(t *testing.T, at, media, name string, status int, value []byte) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.DisallowUnknownFields()
	if at == "POST "+tokenPath {
		var refused TokenError
		if err := decoder.Decode(&refused); err != nil || media != "application/json" || refused.Error != name || refused.Description == "" {
			t.Errorf("%s: %d %s: %s %v", at, status, media, value, err)
		}
		return
	}
	var p Problem
	if err := decoder.Decode(&p); err != nil || media != "application/problem+json" {
		t.Errorf("%s: %d %s: %v", at, status, media, err)
	}
	if p.Type != "about:blank" || p.Status != status || p.Title != http.StatusText(status) || p.Code != name || p.Detail == "" ||
		p.RequestID == "" || p.Errors == nil {
		t.Errorf("%s: %d: the example %s is %s", at, status, name, value)
	}
	for _, v := range p.Errors {
		if v.Field == "" || v.Code == "" || v.Message == "" {
			t.Errorf("%s: %d: the example %s has the violation %+v", at, status, name, v)
		}
	}
}

// No two operations have one id, and nothing about a single lead is public.
func TestOperationsAreDistinct(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, r := range append((&Server{}).routes(), pages()...) {
		at := r.method + " " + r.path
		if other, twice := seen[r.doc.id]; twice {
			t.Errorf("%s and %s are both %s", at, other, r.doc.id)
		}
		seen[r.doc.id] = at
		if r.path != "" && r.door.serve != nil && r.doc.public != r.door.public {
			t.Errorf("%s: public is %v in the document and %v for the server", at, r.doc.public, r.door.public)
		}
		if r.doc.public && strings.HasPrefix(r.path, leadPath) {
			t.Errorf("%s is public", at)
		}
	}
}
