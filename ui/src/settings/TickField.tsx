import { idOf, useLabelOf } from './fields';
import { useField } from './useProfile';

// TickField is what the profile says yes or no to.
export function TickField({ field, hint }: { field: string; hint: string }) {
  const labelOf = useLabelOf();
  const { profile, value, set } = useField(field);
  const id = idOf(field);
  return (
    <div className="max-w-xl">
      <label className="flex min-h-9 items-center gap-2">
        <input
          id={id}
          type="checkbox"
          className="size-5 shrink-0"
          aria-describedby={`${id}-hint`}
          checked={value === true}
          disabled={profile.readOnly}
          onChange={(event) => set(event.target.checked)}
        />
        {labelOf(field)}
      </label>
      <p id={`${id}-hint`} className="text-meta text-ink-3">
        {hint}
      </p>
    </div>
  );
}
