import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, given, ifMatch, type Lead } from '../api/client';
import { Dialog } from '../shell/Dialog';
import { Field } from '../shell/Field';
import { showToast } from '../toast/toast';
import { useExplain } from '../words/explain';
import { useWords } from '../words/words';
import { forgetLead } from './cache';
import { nameOf } from './name';

// DeleteDialog erases a lead once its reference has been typed: no key and no second
// click does that by accident. It waits for the server.
export function DeleteDialog({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const words = useWords();
  const explain = useExplain();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const erase = useMutation({
    mutationFn: () => given(api.DELETE('/api/v1/leads/{id}', { params: { path: { id: lead.id }, header: ifMatch(lead) } })),
    async onSuccess() {
      onClose();
      await navigate({ to: '/' });
      forgetLead(client, lead.id);
      void client.invalidateQueries({ queryKey: ['leads', 'counts'] });
      showToast({ text: words.remove.done(lead.reference) });
    },
  });
  const matches = typed.trim().toUpperCase() === lead.reference;
  return (
    <Dialog title={words.remove.title(nameOf(lead))} onClose={onClose}>
      <p className="mb-4">{words.remove.explain}</p>
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
          label={words.remove.type(lead.reference)}
          autoComplete="off"
          value={typed}
          error={tried && !matches ? words.remove.mismatch(lead.reference) : undefined}
          onChange={(event) => setTyped(event.target.value)}
        />
        <div className="flex gap-2">
          <button type="submit" className="button button-danger">
            {erase.isPending ? words.remove.pending : words.remove.confirm}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
