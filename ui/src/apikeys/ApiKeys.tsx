import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ApiKey } from '../api/client';
import { useMay } from '../session/session';
import { arriving } from '../shell/arriving';
import { useNameOf } from '../staff/staff';
import { useExplain } from '../words/explain';
import { Time, useNow } from '../words/Time';
import { date } from '../words/times';
import { useLocale } from '../words/useLocale';
import { useTexts, useWords } from '../words/words';
import { MakeDialog } from './MakeDialog';
import { keysQuery } from './query';
import { RevokeDialog } from './RevokeDialog';
import { keyTexts } from './words';

// ApiKeys is one's own API keys, and everybody's for an admin.
export function ApiKeys() {
  const words = useWords();
  const texts = useTexts(keyTexts);
  const explain = useExplain();
  const keys = useQuery(keysQuery);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey>();
  useFocusAfterLess(keys.data?.length ?? 0, revoking === undefined);
  return (
    <div className="page flex flex-col items-start gap-4 p-4">
      <title>{`${texts.title} · Usher`}</title>
      <div className="flex w-full flex-wrap items-start gap-x-4 gap-y-2">
        <div className="max-w-xl">
          <h1 {...arriving}>{texts.title}</h1>
          <p className="text-ink-2">
            {texts.about} <a href="/docs">{texts.docs}</a>
          </p>
        </div>
        <button type="button" className="button button-primary md:ms-auto" aria-haspopup="dialog" onClick={() => setMaking(true)}>
          <KeyRound size={18} aria-hidden="true" />
          {texts.make}
        </button>
      </div>
      {keys.isError && (
        <div role="alert" className="rounded-control bg-error-bg p-3 text-error">
          <p className="mb-2">
            {texts.failed} {explain(keys.error)}
          </p>
          <button type="button" className="button" onClick={() => void keys.refetch()}>
            {words.retry}
          </button>
        </div>
      )}
      {keys.isPending && (
        <p role="status" className="late text-ink-3">
          {words.loading}
        </p>
      )}
      {keys.data?.length === 0 && <p className="text-ink-2">{texts.none}</p>}
      {keys.data && keys.data.length > 0 && <Table keys={keys.data} onRevoke={setRevoking} />}
      {making && <MakeDialog onClose={() => setMaking(false)} />}
      {revoking && <RevokeDialog apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </div>
  );
}

// useFocusAfterLess begins at the top of the page again once a row has gone, and with it the button that had the focus.
function useFocusAfterLess(count: number, isClosed: boolean) {
  const before = useRef(count);
  useEffect(() => {
    if (!isClosed) return;
    const isLost = count < before.current && document.activeElement === document.body;
    before.current = count;
    if (isLost) document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [count, isClosed]);
}

// Table has a row for each of them. On a phone what stands in columns elsewhere stands
// under the name, and nothing scrolls sideways.
function Table({ keys, onRevoke }: { keys: ApiKey[]; onRevoke: (key: ApiKey) => void }) {
  const texts = useTexts(keyTexts);
  const nameOf = useNameOf();
  const all = useMay('users:manage');
  const head = 'px-3 py-2 text-start font-semibold text-ink-2 md:whitespace-nowrap';
  const cell = 'px-3 py-2 max-md:hidden';
  return (
    <table aria-label={texts.list} className="w-full border-collapse">
      <thead className="border-b border-line">
        <tr>
          <th className={head}>{texts.name}</th>
          <th className={`${head} max-md:hidden`}>{texts.scopes}</th>
          {all && <th className={`${head} max-md:hidden`}>{texts.owner}</th>}
          <th className={`${head} max-md:hidden`}>{texts.used}</th>
          <th className={`${head} max-md:hidden`}>{texts.expires}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.id} className="border-b border-line">
            <th scope="row" className="px-3 py-2 text-start font-normal wrap-anywhere">
              <bdi className="font-semibold">{key.name}</bdi>
              <span dir="ltr" className="block text-meta text-ink-3 rtl:text-end">
                {key.prefix}…
              </span>
              <span className="block text-meta text-ink-2 md:hidden">
                <ScopesOf apiKey={key} />
                {all && (
                  <>
                    {texts.owner}: <bdi>{nameOf(key.user_id)}</bdi>
                    <br />
                  </>
                )}
                {texts.used}: <Used apiKey={key} /> · {texts.expires}: <Expires apiKey={key} />
              </span>
            </th>
            <td className={cell}>
              <ScopesOf apiKey={key} />
            </td>
            {all && (
              <td className={`${cell} wrap-anywhere`}>
                <bdi>{nameOf(key.user_id)}</bdi>
              </td>
            )}
            <td className={`${cell} whitespace-nowrap`}>
              <Used apiKey={key} />
            </td>
            <td className={`${cell} whitespace-nowrap`}>
              <Expires apiKey={key} />
            </td>
            <td className="py-2 text-end">
              <button
                type="button"
                className="button"
                aria-haspopup="dialog"
                aria-label={texts.revokeOf(key.name)}
                onClick={() => onRevoke(key)}
              >
                {texts.revoke}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ScopesOf({ apiKey }: { apiKey: ApiKey }) {
  const texts = useTexts(keyTexts);
  return apiKey.scopes.map((scope) => (
    <span key={scope} className="block">
      {texts.scope[scope]}
    </span>
  ));
}

function Used({ apiKey }: { apiKey: ApiKey }) {
  const texts = useTexts(keyTexts);
  return apiKey.last_used_at ? <Time at={apiKey.last_used_at} as="date" /> : texts.never;
}

function Expires({ apiKey }: { apiKey: ApiKey }) {
  const texts = useTexts(keyTexts);
  const locale = useLocale();
  const now = useNow();
  if (!apiKey.expires_at) return texts.never;
  if (Date.parse(apiKey.expires_at) <= now) return <span className="font-semibold text-pending">{texts.expired}</span>;
  return <time dateTime={apiKey.expires_at}>{date(apiKey.expires_at, now, locale)}</time>;
}
