// Package firm is what a firm says of itself on its pages and in its mails: its
// name, logo, accent, zone and hours, its own sentences, and the notice that stands
// above the Send button. An admin edits it while Usher serves.
//
// Nothing here is made up for a firm: what it hasn't written isn't said. A notice
// has a version, so that the one that a prospect saw can be told later.
package firm
