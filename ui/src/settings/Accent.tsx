import { useTexts } from '../words/words';
import { tooLight } from './contrast';
import { idOf, TextField } from './fields';
import { useField } from './useProfile';
import { settingsTexts } from './words';

const ushersOwn = '#175a8a'; // what a picker shows while the firm has none

// Accent is the firm's colour: typed or picked, with a look at it, and, when the server
// finds it too light, the nearest shade that passes.
export function Accent() {
  const texts = useTexts(settingsTexts);
  const { profile, value, set, wrong } = useField('accent');
  const typed = String(value).trim().toLowerCase();
  const shown = /^#[0-9a-f]{6}$/.test(typed) ? typed : ushersOwn;
  const better = wrong && tooLight(wrong)?.shade;
  const sample = better ?? shown;
  const use = (shade: string) => {
    set(shade);
    document.getElementById(idOf('accent'))?.focus();
  };
  return (
    <TextField
      field="accent"
      hint={texts.hint.accent}
      after={
        <div className="mt-2 flex flex-wrap items-center gap-3">
          {profile.mayWrite && (
            <input
              type="color"
              aria-label={texts.pickColour}
              className="h-9 w-12 rounded-control border border-control bg-bg p-0.5 pointer-coarse:h-11"
              value={shown}
              disabled={profile.readOnly}
              onChange={(event) => set(event.target.value)}
            />
          )}
          {better && (
            <button type="button" className="button" onClick={() => use(better)}>
              <span aria-hidden="true" className="size-4 rounded-sm border border-control" style={{ backgroundColor: better }} />
              {texts.use(better)}
            </button>
          )}
          <div
            aria-hidden="true"
            className="flex items-center gap-3 rounded-control border border-line p-2"
            style={{ backgroundColor: '#fff' }}
          >
            <span className="rounded-control px-3 py-1 font-semibold" style={{ backgroundColor: sample, color: '#fff' }}>
              {texts.sample}
            </span>
            <span className="underline" style={{ color: sample }}>
              {texts.sampleLink}
            </span>
          </div>
          <span className="text-meta text-ink-3">{texts.sampleHint}</span>
        </div>
      }
    />
  );
}
