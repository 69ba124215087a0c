import { Plus, X } from 'lucide-react';
import { flushSync } from 'react-dom';
import { useTexts } from '../words/words';
import { idOf, useLabelOf, useWrongOf } from './fields';
import { useField } from './useProfile';
import { settingsTexts } from './words';

type ListField = 'embed_sites' | 'return_addresses';

// AddressList is a list of addresses, one to a row.
export function AddressList({ field }: { field: ListField }) {
  const texts = useTexts(settingsTexts);
  const labelOf = useLabelOf();
  const wrongOf = useWrongOf();
  const { profile, value, set, wrong } = useField(field);
  const rows = value as string[];
  const id = idOf(field);
  const add = () => {
    flushSync(() => set([...rows, ''])); // so that the row is there to be typed into
    document.getElementById(idOf(`${field}[${rows.length}]`))?.focus();
  };
  return (
    <fieldset id={id} tabIndex={-1} aria-describedby={`${id}-hint`} className="flex max-w-xl flex-col items-start gap-2">
      <legend className="mb-1 font-semibold">{labelOf(field)}</legend>
      <p id={`${id}-hint`} className="text-meta text-ink-3">
        {texts.hint[field]}
      </p>
      {wrong && <p className="font-semibold text-error">{wrongOf(wrong)}</p>}
      {rows.map((row, index) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have nothing but their place
          key={index}
          field={`${field}[${index}]`}
          value={row}
          onChange={(next) => set(rows.map((other, at) => (at === index ? next : other)))}
          onRemove={() => {
            set(rows.filter((_, at) => at !== index));
            document.getElementById(`${id}-add`)?.focus();
          }}
        />
      ))}
      {profile.mayWrite && (
        <button id={`${id}-add`} type="button" className="button" disabled={profile.readOnly} onClick={add}>
          <Plus size={18} aria-hidden="true" />
          {texts.form.add}
        </button>
      )}
    </fieldset>
  );
}

type RowProps = { field: string; value: string; onChange: (next: string) => void; onRemove: () => void };

function Row({ field, value, onChange, onRemove }: RowProps) {
  const texts = useTexts(settingsTexts);
  const labelOf = useLabelOf();
  const wrongOf = useWrongOf();
  const { profile, wrong } = useField(field);
  const id = idOf(field);
  return (
    <div className="w-full">
      {wrong && (
        <p id={`${id}-wrong`} className="mb-1 font-semibold text-error">
          {wrongOf(wrong)}
        </p>
      )}
      <div className="flex gap-2">
        <input
          id={id}
          type="url"
          dir="ltr"
          className={`field ${wrong ? 'border-error' : ''} ${profile.mayWrite ? '' : 'bg-surface'}`}
          aria-label={labelOf(field)}
          aria-describedby={wrong ? `${id}-wrong` : undefined}
          aria-invalid={wrong ? true : undefined}
          autoComplete="off"
          value={value}
          readOnly={profile.readOnly}
          onChange={(event) => onChange(event.target.value)}
        />
        {profile.mayWrite && (
          <button
            type="button"
            className="icon-button shrink-0"
            disabled={profile.readOnly}
            aria-label={value ? texts.form.remove(value) : texts.form.removeEmpty}
            onClick={onRemove}
          >
            <X size={18} aria-hidden="true" />
          </button>
        )}
      </div>
    </div>
  );
}
