import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useWords } from '../words/words';
import { useAnnounced } from './arrivals';
import { connect } from './connection';
import { follow } from './follow';
import { useNotice } from './notice';

let connected = false;

// Live keeps this tab up to date, and says, to those who can't see it, that leads have
// come in: one sentence in ten seconds at most.
export function Live() {
  const words = useWords();
  const client = useQueryClient();
  const { count } = useAnnounced();
  useNotice();
  useEffect(() => {
    if (connected) return;
    connected = true; // for the life of the page, which ends with the session
    const { tell, opened } = follow(client);
    connect(tell, opened);
  }, [client]);
  return (
    <div role="status" className="sr-only">
      {count > 0 && words.list.arrived(count)}
    </div>
  );
}
