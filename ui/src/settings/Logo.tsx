import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../words/words';
import { idOf, useWrongOf } from './fields';
import { useField } from './useProfile';
import { settingsTexts } from './words';

// Logo shows the firm's picture, or the one that it is to be once all is saved.
export function Logo() {
  const texts = useTexts(settingsTexts);
  const wrongOf = useWrongOf();
  const { profile, value, set, wrong } = useField('logo');
  const file = useRef<HTMLInputElement>(null);
  const address = useAddress(value);
  const id = idOf('logo');
  return (
    <div role="group" aria-labelledby={`${id}-label`} aria-describedby={`${id}-hint${wrong ? ` ${id}-wrong` : ''}`}>
      <p id={`${id}-label`} className="mb-1 font-semibold">
        {texts.field.logo}
      </p>
      <p id={`${id}-hint`} className="mb-1 text-meta text-ink-3">
        {texts.hint.logo}
      </p>
      {wrong && (
        <p id={`${id}-wrong`} className="mb-1 font-semibold text-error">
          {wrongOf(wrong)}
        </p>
      )}
      <div className="mb-2">
        {address ? (
          <img
            src={address}
            alt={value instanceof File ? texts.logoNext : texts.logoNow}
            className="max-h-16 max-w-full rounded-control border border-line object-contain"
            style={{ backgroundColor: '#fff' }}
          />
        ) : (
          <p className="text-ink-2">{texts.noLogo}</p>
        )}
      </div>
      {profile.mayWrite && (
        <div className="flex flex-wrap gap-2">
          {/* The browser's own control can't be worded; the button opens it. */}
          <input
            ref={file}
            type="file"
            accept="image/png,image/jpeg"
            hidden
            onChange={(event) => {
              const [chosen] = event.target.files ?? [];
              if (chosen) set(chosen);
              event.target.value = ''; // so that the same one can be chosen again
            }}
          />
          <button id={id} type="button" className="button" disabled={profile.readOnly} onClick={() => file.current?.click()}>
            {texts.chooseLogo}
          </button>
          {value !== null && (
            <button type="button" className="button" disabled={profile.readOnly} onClick={() => set(null)}>
              {texts.removeLogo}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

// useAddress is where the browser finds a picture: the server's, or one of a file here.
function useAddress(value: unknown): string | null {
  const [made, setMade] = useState<string | null>(null);
  useEffect(() => {
    if (!(value instanceof File)) return;
    const address = URL.createObjectURL(value);
    setMade(address);
    return () => {
      URL.revokeObjectURL(address);
      setMade(null);
    };
  }, [value]);
  return value instanceof File ? made : typeof value === 'string' ? value : null;
}
