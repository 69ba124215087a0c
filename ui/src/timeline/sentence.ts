import type { TimelineEvent } from '../api/client';
import type { Words } from '../words/words';

// sentenceOf says in one sentence what happened. me is whoever reads it, and nameOf
// gives the name of a user.
export function sentenceOf(
  { kind, actor, data }: TimelineEvent,
  words: Words,
  me: string,
  nameOf: (user: string) => string,
): string {
  const who = actor === me ? words.youBefore : actor ? nameOf(actor) : words.somebody;
  const said = words.event;
  switch (kind) {
    case 'received':
      return said.received;
    case 'reached_out':
      return isChannel(data.channel) ? said.reachedHow(who, words.channel[data.channel]) : said.reached(who);
    case 'channel_set':
      return isChannel(data.channel) ? said.channelSet(who, words.channel[data.channel]) : said.reached(who);
    case 'reopened':
      return data.reason ? said.reopenedWhy(who, data.reason) : said.reopened(who);
    case 'undone':
      return said.undone(who);
    case 'assigned':
      if (data.to && data.to === actor) return said.took(who);
      return data.to ? said.assigned(who, nameOf(data.to)) : said.unassigned(who);
    case 'note':
      return said.note(who);
    case 'resume_viewed':
      return said.viewed(who);
    case 'address_corrected':
      return said.corrected;
    case 'message_changed':
      return messageSentence(data, actor ? who : null, words);
    default:
      return said.other(kind); // of a newer server
  }
}

function messageSentence(data: TimelineEvent['data'], who: string | null, words: Words): string {
  const message = data.message_kind === 'notification' ? words.event.mail.notification : words.event.mail.confirmation;
  // Staff can't hold a message back: one that has a reason waited for an address that was corrected.
  const outcome = data.state === 'suppressed' && data.error ? 'misdirected' : data.state;
  const state = words.event.message[outcome as keyof Words['event']['message']];
  if (!state) return words.event.other('message_changed');
  const sentence = state(message);
  return who ? words.event.retried(who, sentence) : sentence;
}

function isChannel(text: string | undefined): text is 'email' | 'phone' | 'other' {
  return text === 'email' || text === 'phone' || text === 'other';
}
