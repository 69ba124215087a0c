import { type ReactNode, useEffect, useRef } from 'react';
import { useNameOf } from '../staff/staff';
import { useExplain } from '../words/explain';
import { useTexts } from '../words/words';
import { idOf, useLabelOf, useWrongOf } from './fields';
import { LeaveGuard } from './LeaveGuard';
import { type Profile, ProfileContext, type Violation } from './useProfile';
import { languageOfField } from './values';
import { settingsTexts } from './words';

type Props = {
  profile: Profile;
  unsaved?: boolean; // beside the profile
  showLanguage?: ((language: string) => Promise<void>) | undefined; // of a field that is not shown now
  children: ReactNode;
};

// ProfileForm is around the fields of a topic: what was refused above them, and below
// them, as long as something is not saved, the bar that says so.
export function ProfileForm({ profile, unsaved = false, showLanguage, children }: Props) {
  return (
    <ProfileContext value={profile}>
      <form
        noValidate
        className="flex flex-col gap-6"
        onSubmit={(event) => {
          event.preventDefault();
          profile.save();
        }}
      >
        <Refused profile={profile} showLanguage={showLanguage} />
        {children}
        <SaveBar profile={profile} />
      </form>
      <LeaveGuard unsaved={unsaved || profile.dirty} />
    </ProfileContext>
  );
}

// Refused says why nothing is saved, leads to the fields, and takes the focus.
function Refused({ profile, showLanguage }: Pick<Props, 'profile' | 'showLanguage'>) {
  const texts = useTexts(settingsTexts);
  const explain = useExplain();
  const labelOf = useLabelOf();
  const wrongOf = useWrongOf();
  const nameOf = useNameOf();
  const box = useRef<HTMLDivElement>(null);
  const { refused, error, others, tries } = profile;
  useEffect(() => {
    if (tries > 0) box.current?.focus();
  }, [tries]);
  // A field in another language is there only once that language is shown.
  const wanted = useRef('');
  useEffect(() => {
    const field = document.getElementById(wanted.current);
    if (field) wanted.current = '';
    field?.focus();
  });
  if (refused.length === 0 && !error && !others) return null;
  const go = ({ field }: Violation) => {
    const [id, language] = [idOf(field), languageOfField(field)];
    const shown = document.getElementById(id);
    shown?.focus();
    if (shown || !language) return;
    wanted.current = id;
    void showLanguage?.(language);
  };
  const who = others?.who ? nameOf(others.who) : '';
  return (
    <div ref={box} role="alert" tabIndex={-1} className="max-w-xl rounded-control border-2 border-error bg-error-bg p-3">
      {others && (
        <p className="wrap-anywhere">
          {profile.dirty ? texts.others(who, others.fields.map(labelOf).join(', ') || texts.nothing) : texts.othersSame(who)}
        </p>
      )}
      {error && (
        <p>
          {texts.notSaved} {explain(error)}
        </p>
      )}
      {refused.length > 0 && (
        <>
          <p className="font-semibold">{texts.problem}</p>
          <ul className="list-disc ps-5">
            {refused.map((violation) => (
              <li key={violation.field + violation.code}>
                <a
                  href={`#${idOf(violation.field)}`}
                  className="text-error"
                  onClick={(event) => {
                    event.preventDefault();
                    go(violation);
                  }}
                >
                  {labelOf(violation.field)}: {wrongOf(violation)}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function SaveBar({ profile }: { profile: Profile }) {
  const texts = useTexts(settingsTexts);
  const { dirty } = profile;
  // A button that goes takes the focus with it; then the page has it, not the window.
  const wasDirty = useRef(dirty);
  useEffect(() => {
    if (wasDirty.current && !dirty && document.activeElement === document.body) {
      document.getElementById('main')?.focus({ preventScroll: true });
    }
    wasDirty.current = dirty;
  }, [dirty]);
  return (
    <section
      aria-label={texts.unsavedLabel}
      className={
        dirty
          ? 'sticky -bottom-4 z-10 -mx-4 flex flex-wrap items-center gap-2 border-t border-line bg-surface px-4 py-3 short:static'
          : 'sr-only'
      }
    >
      <p role="status" className="me-auto font-semibold">
        {dirty && texts.unsaved}
      </p>
      {dirty && (
        <>
          <button type="submit" className="button button-primary" aria-disabled={profile.pending}>
            {profile.pending ? texts.saving : texts.save}
          </button>
          <button type="button" className="button" disabled={profile.pending} onClick={profile.discard}>
            {texts.discard}
          </button>
        </>
      )}
    </section>
  );
}
