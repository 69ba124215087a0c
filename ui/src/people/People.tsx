import { useQuery } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { User } from '../api/client';
import { isRefusal } from '../api/refusal';
import { useMe } from '../session/session';
import { arriving } from '../shell/arriving';
import { displayName } from '../staff/staff';
import { useExplain } from '../words/explain';
import { Time } from '../words/Time';
import { useTexts, useWords } from '../words/words';
import { AddDialog } from './AddDialog';
import { PersonDialog } from './PersonDialog';
import { usersQuery } from './query';
import { peopleTexts } from './words';

// People is who works here and what they may do, for an admin.
export function People() {
  const words = useWords();
  const texts = useTexts(peopleTexts);
  const explain = useExplain();
  const users = useQuery(usersQuery);
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<string>();
  const person = users.data?.find(({ id }) => id === changing);
  return (
    <div className="page flex flex-col items-start gap-4 p-4">
      <title>{`${texts.title} · Usher`}</title>
      <div className="flex w-full flex-wrap items-center gap-x-4 gap-y-2">
        <div>
          <h1 {...arriving}>{texts.title}</h1>
          {!users.isError && <p className="text-ink-2">{texts.about}</p>}
        </div>
        {users.data && (
          <button
            type="button"
            className="button button-primary md:ms-auto"
            aria-haspopup="dialog"
            onClick={() => setAdding(true)}
          >
            <UserPlus size={18} aria-hidden="true" />
            {texts.add}
          </button>
        )}
      </div>
      {users.isError && isRefusal(users.error, 403) && <p>{texts.notAllowed}</p>}
      {users.isError && !isRefusal(users.error, 403) && (
        <div role="alert" className="rounded-control bg-error-bg p-3 text-error">
          <p className="mb-2">
            {texts.failed} {explain(users.error)}
          </p>
          <button type="button" className="button" onClick={() => void users.refetch()}>
            {words.retry}
          </button>
        </div>
      )}
      {users.isPending && (
        <p role="status" className="late text-ink-3">
          {words.loading}
        </p>
      )}
      {users.data && !isRefusal(users.error, 403) && <Table users={users.data} onChange={setChanging} />}
      {adding && <AddDialog onClose={() => setAdding(false)} />}
      {person && <PersonDialog key={person.id} user={person} onClose={() => setChanging(undefined)} />}
    </div>
  );
}

// Table has a row for each of them. On a phone what stands in columns elsewhere stands
// under the name, and nothing scrolls sideways.
function Table({ users, onChange }: { users: User[]; onChange: (id: string) => void }) {
  const texts = useTexts(peopleTexts);
  const me = useMe();
  const head = 'px-3 py-2 md:whitespace-nowrap text-start font-semibold text-ink-2';
  const cell = 'px-3 py-2 max-md:hidden';
  return (
    <table aria-label={texts.table} className="w-full border-collapse">
      <thead className="border-b border-line">
        <tr>
          <th className={head}>{texts.who}</th>
          <th className={`${head} max-md:hidden`}>{texts.role}</th>
          <th className={`${head} max-md:hidden`}>{texts.active}</th>
          <th className={`${head} max-md:hidden`}>{texts.state}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <tr key={user.id} className="border-b border-line">
            <th scope="row" className="px-3 py-2 text-start font-normal wrap-anywhere">
              <span className={`font-semibold ${user.disabled ? 'text-ink-3' : ''}`}>
                <bdi>{displayName(user)}</bdi>
              </span>
              {user.id === me.id && <span className="text-ink-2"> ({texts.you})</span>}
              {user.name && (
                <span dir="ltr" className="block text-meta text-ink-3">
                  {user.email}
                </span>
              )}
              <span className="block text-meta text-ink-2 md:hidden">
                <RoleOf user={user} /> · <StateOf user={user} />
                <br />
                {texts.active}: <Seen user={user} />
              </span>
            </th>
            <td className={cell}>
              <RoleOf user={user} />
            </td>
            <td className={`${cell} whitespace-nowrap`}>
              <Seen user={user} />
            </td>
            <td className={`${cell} whitespace-nowrap`}>
              <StateOf user={user} />
            </td>
            <td className="py-2 text-end">
              <button
                type="button"
                className="button"
                aria-haspopup="dialog"
                aria-label={texts.changeOf(displayName(user))}
                onClick={() => onChange(user.id)}
              >
                {texts.change}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RoleOf({ user }: { user: User }) {
  const words = useWords();
  const texts = useTexts(peopleTexts);
  return user.files ? `${words.role[user.role]}, ${texts.withFiles}` : words.role[user.role];
}

function Seen({ user }: { user: User }) {
  const texts = useTexts(peopleTexts);
  return user.last_seen_at ? <Time at={user.last_seen_at} as="date" /> : texts.never;
}

function StateOf({ user }: { user: User }) {
  const texts = useTexts(peopleTexts);
  if (user.disabled) return <span className="font-semibold text-pending">{texts.disabled}</span>;
  if (!user.invited) return texts.canSignIn;
  return user.invited_until ? texts.isInvited : <span className="font-semibold text-pending">{texts.lapsed}</span>;
}
