import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, given } from '../api/client';
import { Refusal } from '../api/refusal';
import { type Notice, noticesQuery } from '../firm/query';
import { Dialog } from '../shell/Dialog';
import { useNameOf } from '../staff/staff';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { useLanguage, useTexts, useWords } from '../words/words';
import { Labelled, useWrongOf } from './fields';
import { languageName } from './languages';
import { NoticeText } from './NoticeText';
import { settingsTexts } from './words';

const most = 5000; // characters of a notice

// Written is a text that is not published, and the version that stood when it was begun.
export type Written = { text: string; over: number; fromDraft?: boolean };

type Props = {
  language: string;
  stands: Notice | undefined;
  draft: string | undefined;
  written: Written | undefined;
  onWrite: (next: Written | undefined) => void;
};

// toText goes to the text. The button that was pressed goes, and would take the focus with it.
const toText = () => setTimeout(() => document.getElementById('notice-text')?.focus());

// usePublish puts a notice up, or, with no text, takes it down.
function usePublish(language: string, onDone: (notice: Notice) => void) {
  const client = useQueryClient();
  return useMutation({
    networkMode: 'always',
    mutationFn: (text: string) => given(api.POST('/api/v1/firm/notices', { body: { language, text } })),
    async onSuccess(notice) {
      await client.invalidateQueries({ queryKey: noticesQuery.queryKey });
      onDone(notice);
    },
  });
}

// NoticeEditor is where the next version is written, looked at and published.
export function NoticeEditor({ language, stands, draft, written, onWrite }: Props) {
  const texts = useTexts(settingsTexts);
  const wrongOf = useWrongOf();
  const explain = useExplain();
  const nameOf = useNameOf();
  const name = languageName(language, useLanguage());
  const version = stands?.version ?? 0;
  const [empty, setEmpty] = useState(false); // somebody wanted to publish nothing, which would withdraw
  const text = written?.text ?? stands?.text ?? '';
  const publish = usePublish(language, (notice) => {
    onWrite(undefined);
    showToast({ text: texts.notice.done(notice.version, name) });
  });
  const write = (next: string, fromDraft = written?.fromDraft ?? false) => {
    publish.reset();
    setEmpty(false);
    onWrite(next === (stands?.text ?? '') ? undefined : { text: next, over: written?.over ?? version, fromDraft });
  };
  const violation = publish.error instanceof Refusal ? publish.error.field('text') : undefined;
  const wrong = empty ? texts.wrong.required : violation && wrongOf({ ...violation, field: 'text' });
  const isNew = written !== undefined && text.trim() !== '';
  return (
    <section aria-labelledby="write" className="flex max-w-xl flex-col gap-3">
      <h2 id="write">{texts.notice.write}</h2>
      {written && stands && written.over !== version && (
        <p role="status" className="rounded-control bg-pending-bg p-3 text-pending">
          {texts.notice.meanwhile(nameOf(stands.published_by), version)}
        </p>
      )}
      {draft && !written && (
        <button
          type="button"
          className="button self-start"
          onClick={() => {
            write(draft, true);
            toText();
          }}
        >
          {texts.notice.draft}
        </button>
      )}
      {written?.fromDraft && <p className="rounded-control bg-pending-bg p-3 text-pending">{texts.notice.review}</p>}
      <Labelled id="notice-text" label={texts.inLanguage(texts.notice.label, name)} hint={texts.notice.hint} wrong={wrong}>
        {(more) => (
          <textarea
            {...more}
            className={`field ${wrong ? 'border-error' : ''}`}
            rows={8}
            dir="auto"
            lang={language}
            value={text}
            readOnly={publish.isPending}
            onChange={(event) => write(event.target.value)}
          />
        )}
      </Labelled>
      <p className="text-meta text-ink-3">{texts.count([...text].length, most)}</p>
      {publish.isError && !wrong && (
        <p role="alert" className="text-error">
          {texts.notSaved} {explain(publish.error)}
        </p>
      )}
      {isNew && (
        <div className="flex flex-col gap-1">
          <h3 className="font-semibold">{texts.notice.preview}</h3>
          <NoticeText text={text} language={language} />
        </div>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <button
          type="button"
          className="button button-primary"
          aria-disabled={publish.isPending}
          onClick={() => {
            setEmpty(text.trim() === '');
            if (text.trim() !== '' && !publish.isPending) publish.mutate(text);
          }}
        >
          {publish.isPending ? texts.notice.publishing : texts.notice.publish}
        </button>
        {written && (
          <button
            type="button"
            className="button"
            onClick={() => {
              onWrite(undefined);
              toText();
            }}
          >
            {texts.discard}
          </button>
        )}
        {stands && <Withdraw language={language} name={name} />}
        {stands && !written && <span className="text-meta text-ink-3">{texts.notice.same}</span>}
      </div>
    </section>
  );
}

function Withdraw({ language, name }: { language: string; name: string }) {
  const words = useWords();
  const texts = useTexts(settingsTexts);
  const explain = useExplain();
  const [asked, setAsked] = useState(false);
  const withdraw = usePublish(language, () => {
    setAsked(false);
    toText();
    showToast({ text: texts.notice.withdrawn(name) });
  });
  return (
    <>
      <button type="button" className="button button-danger" onClick={() => setAsked(true)}>
        {texts.notice.withdraw}
      </button>
      {asked && (
        <Dialog title={texts.notice.withdrawTitle(name)} onClose={() => setAsked(false)}>
          <p className="mb-4">{texts.notice.withdrawText}</p>
          {withdraw.isError && (
            <p role="alert" className="mb-4 text-error">
              {explain(withdraw.error)}
            </p>
          )}
          <div className="flex flex-wrap gap-2">
            <button
              type="button"
              className="button button-danger"
              aria-disabled={withdraw.isPending}
              onClick={() => !withdraw.isPending && withdraw.mutate('')}
            >
              {texts.notice.withdraw}
            </button>
            <button type="button" className="button" onClick={() => setAsked(false)}>
              {words.cancel}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
