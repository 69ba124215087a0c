package httpapi

import (
	"net/http"

	"usher/internal/fault"
	"usher/internal/staff"
	"usher/internal/view"
)

const exampleViewID = "01a21541-3b5c-7e21-8f60-1d2c3b4a5f6e"

// NewViewBody is a view to save.
type NewViewBody struct {
	Name   string `json:"name" maxLength:"60" example:"Mine in Spanish" doc:"1 to 60 characters, one of which can be seen."`
	Q      string `json:"q,omitempty" maxLength:"1000" example:"is:pending assignee:me lang:es" doc:"The text of the app's search field; empty for all leads."`
	Sort   string `json:"sort,omitempty" enum:"newest,oldest" example:"oldest" doc:"newest when left out."`
	Shared bool   `json:"shared,omitempty" doc:"Show it to everybody at the firm."`
}

// ViewBody is what a view becomes; what is left out stays as it is.
type ViewBody struct {
	Name   string `json:"name,omitempty" maxLength:"60" example:"Mine in Spanish" doc:"1 to 60 characters, one of which can be seen."`
	Q      string `json:"q,omitempty" maxLength:"1000" example:"is:pending lang:es" doc:"The text of the app's search field; empty for all leads."`
	Sort   string `json:"sort,omitempty" enum:"newest,oldest" example:"newest"`
	Shared *bool  `json:"shared,omitempty" doc:"Show it to everybody at the firm, or no longer."`
}

func exampleView() SavedView {
	return SavedView{exampleViewID, exampleUserID, "Mine in Spanish", "is:pending assignee:me lang:es", view.Oldest, false, exampleTime(), exampleTime()}
}

func exampleSharedView() SavedView {
	v := exampleView()
	v.Name, v.Q, v.Shared = "November", "from:2026-11-01 to:2026-11-30", true
	return v
}

func mayNotShare() refusal {
	refusal := refusal{err: staff.ShareViews.Refusal(), when: "The view would be shared from now on, and your role doesn't allow it."}
	refusal.err.Code = "may_not_share"
	return refusal
}

func viewsOperation() operation {
	return operation{
		id: "listViews", tag: "Views", summary: "List the saved views",
		text:   "Your own, and those that others share, by name. The page of one in the app is `/app/views/{id}`.",
		status: http.StatusOK, gives: "The views.", samples: []sample{{"Two views", SavedViewList{Items: []SavedView{exampleView(), exampleSharedView()}}}},
		problems: staffReads(),
	}
}

const viewCodes = "A member is missing or wrong. name: `required`, `too_long`, `invalid_characters`. q: `too_long`, `invalid_characters`. " +
	"sort: `unknown_sort`. Any: `unknown_field`, `duplicate`, `wrong_type`."

func invalidView() refusal {
	return invalid(viewCodes, fault.Violation{Field: "name", Code: "required", Message: "Give the view a name."},
		fault.Violation{Field: "sort", Code: "unknown_sort", Message: "Use newest or oldest."})
}

func saveViewOperation() operation {
	return operation{
		id: "saveView", tag: "Views", summary: "Save a view",
		text: "The text is kept as it is written, tokens and all, and read by the app when the view is opened. White space at its ends is removed.",
		body: jsonBody(true, sample{"One's own", NewViewBody{Name: "Mine in Spanish", Q: "is:pending assignee:me lang:es", Sort: "oldest"}},
			sample{"For everybody", NewViewBody{Name: "November", Q: "from:2026-11-01 to:2026-11-30", Shared: true}}),
		status: http.StatusCreated, gives: "The view.", samples: []sample{{"One's own", exampleView()}, {"For everybody", exampleSharedView()}},
		problems: staffWrites(jsonRefusals(invalidView(), mayNotShare(),
			refused(fault.Conflict, "too_many_views", "You have 50 saved views. Delete one first.", "A user may have 50."),
		)...),
	}
}

// viewWrites are the refusals of whatever changes a view.
func viewWrites(more ...refusal) []refusal {
	return staffWrites(append([]refusal{
		refused(fault.NotFound, "not_found", "There is no such view.", "No view has this id, somebody else keeps it to themselves, or it is no id at all."),
		{err: staff.ManageViews.Refusal(), when: "Somebody else has saved this shared view, and your role doesn't allow it."},
	}, more...)...)
}

func changeViewOperation() operation {
	off := false
	return operation{
		id: "changeView", tag: "Views", summary: "Change a view",
		text:   "Your own, or as an admin one that is shared. What is left out stays as it is.",
		params: []param{idParam("view", exampleViewID)},
		body: jsonBody(true, sample{"Another name", ViewBody{Name: "Mine in Spanish"}}, sample{"No longer shared", ViewBody{Shared: &off}},
			sample{"Another list", ViewBody{Q: "is:pending lang:es", Sort: "newest"}}),
		status: http.StatusOK, gives: "The view as it is now.", samples: []sample{{"The view", exampleView()}},
		problems: viewWrites(jsonRefusals(invalidView(), mayNotShare())...),
	}
}

func removeViewOperation() operation {
	return operation{
		id: "deleteView", tag: "Views", summary: "Delete a view", text: "Your own, or as an admin one that is shared. No lead is touched.",
		params: []param{idParam("view", exampleViewID)}, status: http.StatusNoContent, gives: "It is gone.", problems: viewWrites(),
	}
}
