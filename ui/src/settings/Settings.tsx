import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { FC } from 'react';
import { type Firm, firmQuery } from '../firm/query';
import { may, mayWriteFirm, useMe } from '../session/session';
import { arriving } from '../shell/arriving';
import { NoSuchPage } from '../shell/NoSuchPage';
import { useNameOf } from '../staff/staff';
import { useExplain } from '../words/explain';
import { Time } from '../words/Time';
import { useTexts, useWords } from '../words/words';
import { FirmTopic } from './FirmTopic';
import { FormTopic } from './FormTopic';
import { MailTopic } from './MailTopic';
import { NoticesTopic } from './NoticesTopic';
import { isTopic, type Topic, topics } from './topics';
import { settingsTexts } from './words';

const pages: Record<Topic, FC<{ firm: Firm }>> = {
  firm: FirmTopic,
  notices: NoticesTopic,
  mail: MailTopic,
  form: FormTopic,
};

// Settings is what the firm says of itself: to read for attorneys, to change for an
// admin. Each topic is saved by itself.
export function Settings() {
  const words = useWords();
  const texts = useTexts(settingsTexts);
  const explain = useExplain();
  const me = useMe();
  const { topic } = useParams({ from: '/settings/$topic' });
  const firm = useQuery(firmQuery);
  if (!isTopic(topic)) return <NoSuchPage />;
  if (!may(me, 'settings:read')) {
    return (
      <div className="page flex flex-col gap-4 p-4">
        <title>{`${texts.title} · Usher`}</title>
        <h1>{texts.title}</h1>
        <p>{texts.notAllowed}</p>
      </div>
    );
  }
  const Page = pages[topic];
  return (
    <div className="page flex scroll-pb-24 flex-col gap-4 p-4">
      <title>{`${texts.topics[topic]} · ${texts.title} · Usher`}</title>
      <div>
        <h1 {...arriving}>
          {texts.title}: {texts.topics[topic]}
        </h1>
        {!mayWriteFirm(me) && <p className="mt-1 text-ink-2">{texts.onlyAdmin}</p>}
      </div>
      <nav aria-label={texts.topicsLabel} className="flex flex-wrap gap-1">
        {topics.map((name) => (
          <Link
            key={name}
            to="/settings/$topic"
            params={{ topic: name }}
            search={{}}
            aria-current={name === topic ? 'page' : undefined}
            className="button aria-[current=page]:border-accent aria-[current=page]:bg-selected aria-[current=page]:font-semibold"
          >
            {texts.topics[name]}
          </Link>
        ))}
      </nav>
      {firm.isError && !firm.data && (
        <div role="alert" className="rounded-control bg-error-bg p-3 text-error">
          <p className="mb-2">
            {texts.failed} {explain(firm.error)}
          </p>
          <button type="button" className="button" onClick={() => void firm.refetch()}>
            {words.retry}
          </button>
        </div>
      )}
      {firm.isPending && (
        <p role="status" className="late text-ink-3">
          {words.loading}
        </p>
      )}
      {firm.data && <Page key={topic} firm={firm.data} />}
      {firm.data && <LastChange firm={firm.data} />}
    </div>
  );
}

function LastChange({ firm }: { firm: Firm }) {
  const texts = useTexts(settingsTexts);
  const nameOf = useNameOf();
  if (!firm.updated_at || !firm.updated_by) return null;
  return (
    <p className="text-meta text-ink-3">
      {texts.lastChange} <Time at={firm.updated_at} as="full" />, <bdi>{texts.by(nameOf(firm.updated_by))}</bdi>
    </p>
  );
}
