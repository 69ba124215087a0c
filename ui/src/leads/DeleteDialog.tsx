import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, given, ifMatch, type Lead } from '../api/client';
import { isRefusal } from '../api/refusal';
import { Dialog } from '../shell/Dialog';
import { Field } from '../shell/Field';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { useTexts, useWords } from '../words/words';
import { forgetLead } from './cache';
import { nameOf } from './name';
import { seenVersion } from './ours';
import { freshLead } from './query';
import { removeTexts } from './words';

// DeleteDialog erases a lead once its reference has been typed: no key and no second
// click does that by accident. It waits for the server.
export function DeleteDialog({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const words = useWords();
  const texts = useTexts(removeTexts);
  const explain = useExplain();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [seen, setSeen] = useState(lead);
  const [tried, setTried] = useState(false);
  const erase = useMutation({
    mutationFn: () =>
      given(
        api.DELETE('/api/v1/leads/{id}', { params: { path: { id: lead.id }, header: ifMatch({ version: seenVersion(seen) }) } }),
      ),
    async onError(error) {
      // Whoever has been told may do it; the page behind the dialog shows what has changed.
      if (isRefusal(error, 412)) setSeen(await freshLead(client, lead.id));
    },
    async onSuccess() {
      onClose();
      await navigate({ to: '/' });
      forgetLead(client, lead.id);
      void client.invalidateQueries({ queryKey: ['leads', 'counts'] });
      showToast({ text: texts.done(lead.reference) });
    },
  });
  const matches = typed.trim().toUpperCase() === lead.reference;
  return (
    <Dialog title={texts.title(nameOf(lead))} onClose={onClose}>
      <p className="mb-4">{texts.explain}</p>
      {erase.isError && (
        <p role="alert" className="mb-4 text-error">
          {explain(erase.error)}
        </p>
      )}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (matches && !erase.isPending) erase.mutate();
        }}
      >
        <Field
          label={texts.type(lead.reference)}
          autoComplete="off"
          value={typed}
          error={tried && !matches ? texts.mismatch(lead.reference) : undefined}
          onChange={(event) => setTyped(event.target.value)}
        />
        <div className="flex gap-2">
          <button type="submit" className="button button-danger">
            {erase.isPending ? texts.pending : texts.confirm}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
