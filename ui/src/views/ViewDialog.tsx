import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { api, given } from '../api/client';
import { isRefusal, Refusal } from '../api/refusal';
import { listSearch, type Sort } from '../leads/views';
import { may, useMe } from '../session/session';
import { CopyButton } from '../shell/CopyButton';
import { Dialog } from '../shell/Dialog';
import { Field } from '../shell/Field';
import { preferences } from '../shell/preferences';
import { displayName, useColleagues } from '../staff/staff';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { useTexts, useWords } from '../words/words';
import { inOrder, type SavedView, savedViewsQuery } from './query';
import { viewTexts } from './words';

type Props = { view?: SavedView | undefined; text: string; sort: Sort; onClose: () => void };

// ViewDialog gives the list that is shown a name, or says what can be done with a view
// that has one already.
export function ViewDialog({ view, text, sort, onClose }: Props) {
  const words = useWords();
  const texts = useTexts(viewTexts);
  const me = useMe();
  const colleagues = useColleagues();
  const owner = colleagues.find(({ id }) => id === view?.owner);
  const mayChange = !view || view.owner === me.id || may(me, 'views:manage');
  return (
    <Dialog title={view ? texts.one : texts.save} onClose={onClose}>
      {mayChange ? (
        <Naming view={view} text={text} sort={sort} onClose={onClose} />
      ) : (
        <p className="mb-4">{texts.by(owner ? displayName(owner) : words.somebody)}</p>
      )}
      {view && <Address id={view.id} />}
      {view && mayChange && <Removal view={view} onClose={onClose} />}
      {!mayChange && (
        <button type="button" className="button mt-4" onClick={onClose}>
          {words.close}
        </button>
      )}
    </Dialog>
  );
}

// put keeps what the server has said of a view, and asks it for the rest.
function put(client: QueryClient, id: string, view: SavedView | null) {
  client.setQueryData(savedViewsQuery.queryKey, (views) => [
    ...(views ?? []).filter((other) => other.id !== id),
    ...(view ? [view] : []),
  ]);
  void client.invalidateQueries({ queryKey: savedViewsQuery.queryKey });
}

// leave closes the dialog. The button that opened it may be gone then, and the focus with it.
function leave(close: () => void) {
  close();
  setTimeout(() => document.activeElement === document.body && document.getElementById('main')?.focus());
}

// Naming is a view's name, and who sees it.
function Naming({ view, text, sort, onClose }: Props) {
  const words = useWords();
  const texts = useTexts(viewTexts);
  const explain = useExplain();
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const save = useMutation({
    mutationFn: (body: { name: string; shared: boolean }) =>
      view
        ? given(api.PATCH('/api/v1/views/{id}', { params: { path: { id: view.id } }, body }))
        : given(api.POST('/api/v1/views', { body: { ...body, q: text, sort } })),
    onSuccess(saved) {
      put(client, saved.id, saved);
      leave(onClose);
      if (view) {
        showToast({ text: texts.changed(saved.name) });
        return;
      }
      const number =
        inOrder(client.getQueryData(savedViewsQuery.queryKey) ?? [], me.id).findIndex(({ id }) => id === saved.id) + 1;
      const { keys } = preferences();
      const hasKey = keys !== 'off' && number >= 1 && number <= 9;
      showToast({
        text: hasKey ? texts.savedKey(saved.name, keys === 'alt' ? `Alt+${number}` : `${number}`) : texts.saved(saved.name),
      });
      // White space at the ends is not kept.
      if (saved.q !== text) void navigate({ to: '/', search: listSearch(saved.q, saved.sort), replace: true });
    },
    onError: () => form.current?.querySelector('input')?.focus(),
  });
  const violation = save.error instanceof Refusal ? save.error.field('name') : undefined;
  const wrong = violation && (texts.wrong[violation.code as keyof typeof texts.wrong] ?? violation.message);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    if (!save.isPending) save.mutate({ name: String(data.get('name')), shared: data.has('shared') });
  };
  return (
    <form ref={form} noValidate onSubmit={submit}>
      {save.isError && !wrong && (
        <p role="alert" className="mb-4 text-error">
          {isRefusal(save.error, 409) ? texts.tooMany : isRefusal(save.error, 422) ? texts.wrongText : explain(save.error)}
        </p>
      )}
      <Field label={texts.name} name="name" dir="auto" autoComplete="off" defaultValue={view?.name} error={wrong} />
      {(may(me, 'views:share') || view?.shared) && (
        <>
          <label className="flex min-h-9 items-center gap-2">
            <input type="checkbox" name="shared" className="size-5 shrink-0" defaultChecked={view?.shared} />
            {texts.share}
          </label>
          <p className="mb-4 text-meta text-ink-3">{texts.shareHint}</p>
        </>
      )}
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="button button-primary" aria-disabled={save.isPending}>
          {save.isPending ? texts.saving : texts.confirm}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}

// Address is the link to a view, for colleagues and bookmarks.
function Address({ id }: { id: string }) {
  const texts = useTexts(viewTexts);
  const address = `${location.origin}/app/views/${id}`;
  return (
    <div className="mt-6 border-t border-line pt-4">
      <Field label={texts.link} dir="ltr" readOnly value={address} onFocus={(event) => event.target.select()} />
      <CopyButton text={address} label={texts.copy} />
    </div>
  );
}

// Removal deletes a view, after a second question.
function Removal({ view, onClose }: { view: SavedView; onClose: () => void }) {
  const texts = useTexts(viewTexts);
  const explain = useExplain();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => given(api.DELETE('/api/v1/views/{id}', { params: { path: { id: view.id } } })),
    onSuccess() {
      put(client, view.id, null);
      leave(onClose);
      showToast({ text: texts.removed(view.name) });
    },
  });
  return (
    <div className="mt-6 border-t border-line pt-4">
      {remove.isError && (
        <p role="alert" className="mb-2 text-error">
          {explain(remove.error)}
        </p>
      )}
      {asking && (
        <p role="alert" className="mb-2">
          {view.shared ? texts.sureShared : texts.sureOwn}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="button button-danger"
          aria-disabled={remove.isPending}
          onClick={() => (asking ? !remove.isPending && remove.mutate() : setAsking(true))}
        >
          <Trash2 size={18} aria-hidden="true" />
          {texts.remove}
        </button>
        {asking && (
          <button type="button" className="button" onClick={() => setAsking(false)}>
            {texts.keep}
          </button>
        )}
      </div>
    </div>
  );
}
