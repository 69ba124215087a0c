import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTexts } from '../words/words';
import type { Found } from './query';
import { systemTexts } from './words';

// Fix is what to do: where in the app, or with which command on the server.
export function Fix({ code }: { code: Found['code'] }) {
  const { fix } = useTexts(systemTexts);
  const toOutbox = (text: string, search: { state?: 'retrying' | 'dead' }) => (
    <Link to="/outbox" search={search}>
      {text}
    </Link>
  );
  const fixes: Partial<Record<Found['code'], ReactNode>> = {
    stopped: <Run say={fix.stopped} command="dmesg" />,
    captured: (
      <>
        {fix.captured} {toOutbox(fix.toOutbox, {})}
      </>
    ),
    stuck: toOutbox(fix.toStuck, { state: 'retrying' }),
    dead: toOutbox(fix.toDead, { state: 'dead' }),
    low: <Run say={fix.room} command="df -h" />,
    full: <Run say={fix.room} command="df -h" />,
    unknown: <Run say={fix.look} command="usher doctor" />,
    no_answer: <Run say={fix.look} command="usher doctor" />,
    never: <Run say={fix.backup} command="usher backup /backups/usher-$(date +%F).tar" />,
    old: <Run say={fix.backup} command="usher backup /backups/usher-$(date +%F).tar" />,
    damaged: <Run say={fix.damaged} command="usher verify" />,
    behind: <Run say={fix.clock} command="timedatectl set-ntp true" />,
    browser: <Run say={fix.browser} command="timedatectl" />,
    other_host: fix.address,
    base_url_plain: fix.plain,
    mail_plain: fix.mail,
    trusts_everybody: fix.proxies,
    data_dir_writable: <Run say={fix.rights} command="chmod go-w ." />,
  };
  return fixes[code] ? <div className="mt-1 text-ink-2">{fixes[code]}</div> : null;
}

function Run({ say, command }: { say: string; command: string }) {
  return (
    <>
      <p>{say}</p>
      <code dir="ltr" className="mt-1 block rounded-control bg-raised px-2 py-1 text-ink wrap-anywhere">
        {command}
      </code>
    </>
  );
}
