import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useId, useState } from 'react';
import { api, given, type Lead } from '../api/client';
import { Key } from '../keys/Key';
import { ariaFor } from '../keys/keys';
import { useMe } from '../session/session';
import { usePreferences } from '../shell/preferences';
import { useExplain } from '../words/explain';
import { useWords } from '../words/words';
import { draftOf, keepDraft } from './draft';

// NoteBox is where a note is written. Its text stays until the server has it.
export function NoteBox({ lead, field }: { lead: Lead; field: RefObject<HTMLTextAreaElement | null> }) {
  const words = useWords();
  const explain = useExplain();
  const client = useQueryClient();
  const me = useMe();
  const { keys } = usePreferences();
  const id = useId();
  const [text, setText] = useState(() => draftOf(me.id, lead.id));
  const write = (next: string) => {
    setText(next);
    keepDraft(me.id, lead.id, next);
  };
  const add = useMutation({
    mutationFn: (note: string) =>
      given(api.POST('/api/v1/leads/{id}/notes', { params: { path: { id: lead.id } }, body: { text: note } })),
    onSuccess(_, note) {
      // What was typed on meanwhile stays.
      if (draftOf(me.id, lead.id) === note) keepDraft(me.id, lead.id, '');
      setText((now) => (now === note ? '' : now));
      void client.invalidateQueries({ queryKey: ['events', lead.id] });
    },
  });
  const send = () => text.trim() && !add.isPending && add.mutate(text);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label htmlFor={id} className="mb-1 flex items-center gap-2 text-h2 font-semibold">
        {words.note.label}
        <Key of="note" />
      </label>
      <textarea
        id={id}
        ref={field}
        dir="auto"
        rows={3}
        maxLength={10_000}
        aria-describedby={add.isError ? `${id}-error` : undefined}
        aria-keyshortcuts={ariaFor('note', keys)}
        className="field"
        value={text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {add.isError && (
        <p id={`${id}-error`} role="alert" className="text-error">
          {words.note.failed} {explain(add.error)}
        </p>
      )}
      <div className="mt-1 flex items-center gap-3">
        <button type="submit" className="button" aria-disabled={add.isPending || !text.trim()}>
          {add.isPending ? (add.isPaused ? words.note.waits : words.note.pending) : words.note.add}
        </button>
        <span role="status" className="sr-only">
          {add.isSuccess && words.note.added}
        </span>
        {text.trim() !== '' && !add.isPending && <span className="text-meta text-ink-3">{words.note.kept}</span>}
      </div>
    </form>
  );
}
