import { useMutationState, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CloudOff, type LucideIcon, MailWarning, Unplug } from 'lucide-react';
import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { useConnection, usePace } from '../live/connection';
import { summaryQuery } from '../messages/query';
import { useWords } from '../words/words';

function subscribe(listener: () => void) {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

const useOnline = () =>
  useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  );

function Banner({ Icon, children }: { Icon: LucideIcon; children: ReactNode }) {
  return (
    <div className="flex items-start gap-2 border-b border-line bg-pending-bg px-4 py-2 text-pending">
      <Icon size={18} aria-hidden="true" className="shrink-0" />
      <p>{children}</p>
    </div>
  );
}

// Banners say what holds for every page: no connection, mail that does not leave.
export function Banners() {
  const words = useWords();
  const online = useOnline();
  const isLost = useConnection() === 'lost';
  const waiting = useMutationState({ filters: { predicate: (mutation) => mutation.state.isPaused } }).length;
  const { data: mail } = useQuery({ ...summaryQuery, refetchInterval: usePace() });
  useEffect(() => {
    if (waiting === 0) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask); // closing the tab would lose them
    return () => removeEventListener('beforeunload', ask);
  }, [waiting]);
  return (
    <div role="status">
      {!online && <Banner Icon={CloudOff}>{waiting > 0 ? words.banner.offlineWaiting(waiting) : words.banner.offline}</Banner>}
      {online && isLost && <Banner Icon={Unplug}>{words.banner.lost}</Banner>}
      {mail && (mail.stuck > 0 || !mail.sending) && (
        <Banner Icon={MailWarning}>
          {mail.sending ? words.banner.stuck(mail.stuck) : words.banner.captured}{' '}
          <Link to="/outbox" className="text-pending">
            {words.banner.toOutbox}
          </Link>
        </Banner>
      )}
    </div>
  );
}
