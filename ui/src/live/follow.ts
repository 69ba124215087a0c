// What the stream's events do to what this tab knows: what they name is asked for
// again, so that nobody sees of a lead what they may not.
import type { Query, QueryClient } from '@tanstack/react-query';
import type { Lead } from '../api/client';
import { isRefusal } from '../api/refusal';
import { changeLead, forgetLead, isListed, knownLead } from '../leads/cache';
import { newer } from '../leads/expected';
import { freshLead, isLongList, leadQuery } from '../leads/query';
import { meQuery } from '../session/session';
import { arrived } from './arrivals';
import { clearPresence, setPresence } from './presence';
import type { Told } from './read';
import { soon } from './soon';

type Data = { lead_id?: string; message_id?: string; user_ids?: string[] };

// follow gives what to do with each event, and at each beginning of the stream.
export function follow(client: QueryClient) {
  const again = (...key: string[]) =>
    soon(() => void client.invalidateQueries({ queryKey: key, predicate: (query: Query) => !isLongList(query) }));
  const [lists, counts, latest] = [again('leads', 'list'), again('leads', 'counts'), again('leads', 'latest')];
  const [beyond, messages] = [again('leads', 'beyond'), again('messages')];
  const everything = () => {
    for (const key of ['leads', 'events', 'messages']) again(key)();
  };

  const events = (lead: string) => void client.invalidateQueries({ queryKey: ['events', lead] });
  const tell: Record<string, (data: Data) => void> = {
    'lead.received'({ lead_id: id = '' }) {
      arrived(id);
      for (const ask of [lists, counts, latest, beyond]) ask();
      void client.invalidateQueries({ queryKey: ['leads', 'sameEmail'] });
    },
    'lead.changed'({ lead_id: id = '' }) {
      counts();
      events(id);
      if (!isListed(client, id)) lists(); // it may have become one of them
      const known = knownLead(client, id);
      if (known) void look(client, known);
    },
    'message.changed'({ lead_id: id = '' }) {
      messages();
      events(id);
    },
    'presence.changed': ({ lead_id: id = '', user_ids: users = [] }) => setPresence(id, users),
    // Whose rights are others now: what one may do oneself is asked for at once, in the app too.
    'user.changed'({ user_ids: users = [] }) {
      if (users.includes(client.getQueryData(meQuery.queryKey)?.id ?? '')) void client.invalidateQueries(meQuery);
      for (const key of ['staff', 'users']) again(key)();
    },
    reset: everything,
  };
  return {
    tell: ({ event, data }: Told) => tell[event]?.(JSON.parse(data) as Data),
    opened(gap: boolean) {
      clearPresence();
      if (gap) everything();
    },
  };
}

// look shows a lead everywhere as the server has it now.
async function look(client: QueryClient, known: Lead) {
  const { id } = known;
  client.setQueryData(leadQuery(id).queryKey, (own) => own ?? known);
  try {
    const now = await freshLead(client, id);
    changeLead(client, id, (shown) => newer(shown, now));
  } catch (error) {
    if (isRefusal(error, 404)) forgetLead(client, id);
  }
}
