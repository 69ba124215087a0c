package app

// Commits tells how many writes were kept since the start, in how many commits.
func (a *App) Commits() (writes, commits int64) { return a.store.Commits() }
