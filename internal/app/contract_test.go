package app_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"usher/internal/httpapi"
)

// contract is what the OpenAPI document says, for comparing with what happens.
type contract struct {
	Paths map[string]map[string]struct {
		OperationID string
		Responses   map[string]documented
	}
	routes *http.ServeMux // only to find the path of a request
	seen   sync.Map       // "operation status code" of each refusal that came
}

// documented is one response of the document.
type documented struct {
	Description string
	Content     map[string]struct {
		Examples map[string]struct{ Value json.RawMessage }
	}
}

var theContract = sync.OnceValues(func() (*contract, error) {
	body, err := httpapi.OpenAPI()
	if err != nil {
		return nil, err
	}
	c := &contract{routes: http.NewServeMux()}
	if err := json.Unmarshal(body, c); err != nil {
		return nil, err
	}
	for at := range c.Paths {
		if at == "/" {
			at = "/{$}"
		}
		c.routes.Handle(at, http.NotFoundHandler())
	}
	return c, nil
})

// methods are the names that the document has for those of HTTP.
var methods = map[string]string{"GET": "get", "HEAD": "get", "POST": "post", "PUT": "put", "PATCH": "patch", "DELETE": "delete"}

// variable are the codes whose detail depends on a setting, a file or a path, or which stand for several things.
var variable = []string{"too_large", "name_mismatch", "not_allowed", "not_found", "invalid_request", "slow_down"}

// checkDocumented holds an answer to the document: its operation has the status,
// the status has the code with these words, and whatever is wrong with a field has
// a code that the operation's description names. Every answer of this package's
// tests passes here.
func (a answer) checkDocumented(t testing.TB, r *http.Request) {
	t.Helper()
	c, err := theContract()
	if err != nil {
		t.Fatal(err)
	}
	if r.URL.EscapedPath() != path.Clean(r.URL.EscapedPath()) { // no route has such a path
		return
	}
	_, pattern := c.routes.Handler(r)
	operations, known := c.Paths[strings.TrimSuffix(pattern, "{$}")]
	if !known {
		return
	}
	operation, known := operations[methods[r.Method]]
	if !known {
		if a.status != http.StatusMethodNotAllowed {
			t.Errorf("%s %s is not in the document, and answers %d", r.Method, pattern, a.status)
		}
		return
	}
	response, known := operation.Responses[strconv.Itoa(a.status)]
	if !known {
		t.Errorf("%s answers %d, which the document doesn't have: %.300s", operation.OperationID, a.status, a.body)
		return
	}
	if a.status < 400 || r.Method == http.MethodHead || !strings.Contains(a.header.Get("Content-Type"), "json") {
		return
	}
	code := a.code(t)
	c.seen.Store(operation.OperationID+" "+strconv.Itoa(a.status)+" "+code, true)
	example, known := response.example(code)
	if !known {
		t.Errorf("%s answers %d with %s, which the document doesn't have: %s", operation.OperationID, a.status, code, a.body)
	}
	if known && !slices.Contains(variable, code) && !strings.Contains(a.body, strconv.Quote(example)) {
		t.Errorf("%s: %s has the words %q in the document, and answers %s", operation.OperationID, code, example, a.body)
	}
	for _, violation := range a.violations(t) {
		_, code, _ := strings.Cut(violation, " ")
		if !strings.Contains(response.Description+operation.Responses["422"].Description, "`"+code+"`") {
			t.Errorf("%s: the description of %d doesn't name %s", operation.OperationID, a.status, violation)
		}
	}
}

// example gives the words of the example with a code.
func (d documented) example(code string) (words string, known bool) {
	for _, content := range d.Content {
		if example, ok := content.Examples[code]; ok {
			var shown struct {
				Detail  string
				RFC6749 string `json:"error_description"`
			}
			_ = json.Unmarshal(example.Value, &shown) // what is no object has no words
			return shown.Detail + shown.RFC6749, true
		}
	}
	return "", false
}

// PUT refuses what PATCH does.
func TestPutRefuses(t *testing.T) {
	t.Parallel()
	s := start(t)
	at, token := leadsPath+"/"+s.submitted(t).ID, s.attorney(t)
	put := func(body string) req {
		return req{method: http.MethodPut, path: at, token: token, ctype: "application/json", body: body}
	}
	wantStatus(t, s.do(t, put(`{"state":"REACHED_OUT"}`)), http.StatusOK)
	same(t, "back to PENDING", s.do(t, put(`{"state":"PENDING"}`)).code(t), "not_allowed")
	same(t, "an old version", s.do(t, put(`{"channel":"phone"}`).with("If-Match", `"1"`)).code(t), "stale")
}

// elsewhere are the codes that no request of this package's harness can bring
// about, and where else they are tested.
var elsewhere = map[string]string{
	"cannot_store":            "nth_test.go fails every call to the disk and the database once",
	"intake_stopped":          "nth_test.go",
	"temporarily_unavailable": "nth_test.go",
	"busy":                    "password_test.go: it takes more sign-ins at once than may wait",
	"too_slow":                "edge_test.go: it takes half a minute",
	"resume_unreadable":       "shelf_test.go",
	"resume_missing":          "shelf_test.go",
	"resume_damaged":          "shelf_test.go",
}

// contractTests run all tests, and then fail when the document has a refusal that
// none of them has met.
type contractTests struct{ *testing.M }

// Run implements what goleak asks for.
func (m contractTests) Run() int {
	code := m.M.Run()
	for _, name := range []string{"test.run", "test.skip", "test.list"} {
		if flag.Lookup(name).Value.String() != "" {
			return code // only some tests have run
		}
	}
	c, err := theContract()
	if err != nil || code != 0 {
		return max(code, 1)
	}
	for _, refusal := range c.refusals() {
		if _, met := c.seen.Load(refusal); !met {
			fmt.Fprintln(os.Stderr, "the document has a refusal that no test meets:", refusal)
			code = 1
		}
	}
	return code
}

// refusals lists what the document says can be refused, but for what is tested
// elsewhere.
func (c *contract) refusals() (all []string) {
	for _, operations := range c.Paths {
		for _, operation := range operations {
			for status, response := range operation.Responses {
				for media, content := range response.Content {
					for code := range content.Examples {
						if _, other := elsewhere[code]; !other && status >= "400" && strings.Contains(media, "json") {
							all = append(all, operation.OperationID+" "+status+" "+code)
						}
					}
				}
			}
		}
	}
	slices.Sort(all)
	return all
}
