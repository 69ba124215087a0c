package httpapi

import (
	"net/http"
	"time"

	"usher/internal/auth"
)

const exampleSessionID = "01a2150c-3a1e-7b02-9c4d-5e6f7a8b9c0d"

func exampleSessions() SessionList {
	now := exampleTime()
	here := auth.Session{ID: exampleSessionID, CreatedAt: now, SeenAt: now.Add(time.Hour), ExpiresAt: now.Add(auth.BrowserLife), Network: "203.0.113.9", Agent: "Firefox, Windows"}
	program := auth.Session{ID: "01a2150c-2b6c-7d13-8e24-6a7b8c9d0e1f", CreatedAt: now, SeenAt: now, Network: "2001:db8:7:1::/64", Agent: "curl/8.5.0"}
	return SessionList{Items: []SessionView{sessionView(here, exampleSessionID), sessionView(program, exampleSessionID)}}
}

func sessionsOperation() operation {
	return operation{
		id: "listSessions", tag: "Session", summary: "List your sessions",
		text: "Where you are signed in, by browser and by token; the latest use first. A browser's session lapses after 12 hours without a request and after " +
			"7 days, one of tokens after 7 days without a refresh and after 30 days.",
		status: http.StatusOK, gives: "Your sessions.", samples: []sample{{"A browser and a program", exampleSessions()}}, problems: staffReads(),
	}
}

func endSessionOperation() operation {
	return operation{
		id: "endSession", tag: "Session", summary: "End one of your sessions",
		text:   "Its next request is refused, its open stream ends, its tokens are void. The one by which you call may be it.",
		params: []param{idParam("session", exampleSessionID)}, status: http.StatusNoContent, gives: "It has ended.", headers: []string{"Set-Cookie"},
		problems: staffReads(crossOrigin(), refused404("session", "No session of yours has this id, or it is over, or it is no id at all.")),
	}
}

func endOtherSessionsOperation() operation {
	return operation{
		id: "endOtherSessions", tag: "Session", summary: "End all your other sessions",
		text:   "In every other browser and program. The one by which you call goes on; end that with `DELETE /api/v1/session`. API keys go on.",
		status: http.StatusNoContent, gives: "They have ended.", problems: staffWrites(),
	}
}

func endSessionsOfOperation() operation {
	return operation{
		id: "endSessionsOfUser", tag: "Users", summary: "End all sessions of a user",
		text:   "In every browser and program, at once; your own too if it is you. They may sign in again, and their API keys go on: disable them to stop both.",
		params: []param{idParam("user", exampleUserID)}, status: http.StatusNoContent, gives: "They have ended.", problems: staffWrites(noSuch("user")),
	}
}
