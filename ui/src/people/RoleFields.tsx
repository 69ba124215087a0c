import { useId, useState } from 'react';
import { useTexts, useWords } from '../words/words';
import { type Role, roles } from './query';
import { peopleTexts } from './words';

// RoleFields choose a role, and for a viewer whether resumes are open to them.
export function RoleFields({ was: { role, files } }: { was: { role: Role; files: boolean } }) {
  const words = useWords();
  const texts = useTexts(peopleTexts);
  const id = useId();
  const [chosen, setChosen] = useState(role);
  return (
    <>
      <fieldset className="mb-4">
        <legend className="mb-1 font-semibold">{texts.role}</legend>
        {roles.map((name) => (
          <label key={name} className="flex min-h-9 items-start gap-2 py-1">
            <input
              type="radio"
              name="role"
              className="mt-0.5 size-5 shrink-0"
              value={name}
              checked={chosen === name}
              aria-describedby={`${id}-${name}`}
              onChange={() => setChosen(name)}
            />
            <span>
              {words.role[name]}
              <span id={`${id}-${name}`} className="block text-meta text-ink-3" aria-hidden="true">
                {texts.roleHint[name]}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      {chosen === 'viewer' && (
        <div className="mb-4">
          <label className="flex min-h-9 items-center gap-2">
            <input
              type="checkbox"
              name="files"
              className="size-5 shrink-0"
              defaultChecked={files}
              aria-describedby={`${id}-files`}
            />
            {texts.files}
          </label>
          <p id={`${id}-files`} className="text-meta text-ink-3">
            {texts.filesHint}
          </p>
        </div>
      )}
    </>
  );
}

// roleIn reads them from a form.
export function roleIn(data: FormData): { role: Role; files: boolean } {
  const role = roles.find((name) => name === data.get('role')) ?? 'viewer';
  return { role, files: role === 'viewer' && data.has('files') };
}
