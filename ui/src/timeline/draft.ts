// Notes that are being written are kept in this browser until they are sent: a closed
// tab, a lapsed session or a dead battery costs nobody a sentence.
const prefix = 'usher.draft.';

const nameOf = (user: string, lead: string) => `${prefix}${user}.${lead}`;

export function draftOf(user: string, lead: string): string {
  try {
    return localStorage.getItem(nameOf(user, lead)) ?? '';
  } catch {
    return '';
  }
}

export function keepDraft(user: string, lead: string, text: string) {
  try {
    if (text.trim()) localStorage.setItem(nameOf(user, lead), text);
    else localStorage.removeItem(nameOf(user, lead));
  } catch {
    // Storage is blocked or full: the text is still in the field.
  }
}

// forgetDrafts is for signing out: what one wrote is not for the next at this machine.
export function forgetDrafts() {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(prefix)) localStorage.removeItem(name);
  } catch {
    // Then there are none.
  }
}
