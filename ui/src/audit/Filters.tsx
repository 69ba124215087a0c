import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId } from 'react';
import { useReset } from '../shell/useReset';
import { displayName, useColleagues } from '../staff/staff';
import { useTexts } from '../words/words';
import { type ActionName, groups, isName, names } from './names';
import type { AuditSearch } from './query';
import { About } from './Target';
import { auditTexts } from './words';

// Filters are who, what, and when; the address of the page holds them. What one entry
// is about is asked for in its row, and let go of here.
export function Filters({ search }: { search: AuditSearch }) {
  const texts = useTexts(auditTexts);
  const navigate = useNavigate();
  const colleagues = useColleagues();
  const id = useId();
  const form = useReset(JSON.stringify(search));
  const show = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next: AuditSearch = { ...(search.target && { target: search.target }) };
    for (const [name, value] of new FormData(event.currentTarget)) {
      if (value) next[name as keyof AuditSearch] = String(value);
    }
    void navigate({ to: '/audit', search: next });
  };
  const isKnown = !search.actor || isName(search.actor) || colleagues.some(({ id: known }) => known === search.actor);
  const { target: _, ...others } = search;
  return (
    <div className="flex flex-col gap-3">
      <form ref={form} aria-label={texts.filters} onSubmit={show} noValidate className="flex flex-wrap items-end gap-3">
        <div className="max-w-full">
          <label htmlFor={`${id}-actor`} className="mb-1 block">
            {texts.who}
          </label>
          <select
            key={`${colleagues.length} ${search.actor}`} // what is chosen beside it stays when they come
            id={`${id}-actor`}
            name="actor"
            defaultValue={search.actor ?? ''}
            className="field w-auto max-w-full md:max-w-64"
          >
            <option value="">{texts.anybody}</option>
            {colleagues.map((colleague) => (
              <option key={colleague.id} value={colleague.id}>
                {displayName(colleague)}
              </option>
            ))}
            {names.map((name) => (
              <option key={name} value={name}>
                {texts.actor[name]}
              </option>
            ))}
            {!isKnown && <option value={search.actor}>{texts.unknownUser}</option>}
          </select>
        </div>
        <div className="max-w-full">
          <label htmlFor={`${id}-action`} className="mb-1 block">
            {texts.what}
          </label>
          <select
            key={search.action}
            id={`${id}-action`}
            name="action"
            defaultValue={search.action ?? ''}
            className="field w-auto max-w-full md:max-w-64"
          >
            <option value="">{texts.anything}</option>
            {groups.map((group) => (
              <optgroup key={group} label={texts.group[group]}>
                <option value={`${group}.*`}>{texts.everythingAbout[group]}</option>
                {(Object.keys(texts.action) as ActionName[])
                  .filter((action) => action.startsWith(`${group}.`))
                  .map((action) => (
                    <option key={action} value={action}>
                      {texts.action[action]}
                    </option>
                  ))}
              </optgroup>
            ))}
          </select>
        </div>
        {(['from', 'to'] as const).map((name) => (
          <div key={name}>
            <label htmlFor={`${id}-${name}`} className="mb-1 block">
              {texts[name]}
            </label>
            {/* Its button for a calendar takes the focus inside, where :focus-visible doesn't reach. */}
            <input
              id={`${id}-${name}`}
              type="date"
              name={name}
              defaultValue={search[name] ?? ''}
              className="field w-auto focus-within:outline-3 focus-within:outline-offset-2 focus-within:outline-focus"
            />
          </div>
        ))}
        <div className="flex gap-2">
          <button type="submit" className="button button-primary">
            {texts.show}
          </button>
          <Link to="/audit" search={{}} className="button">
            {texts.reset}
          </Link>
        </div>
      </form>
      {search.target && (
        <p className="flex flex-wrap items-center gap-2">
          <span>
            {texts.onlyAbout} <About id={search.target} />
          </span>
          <Link to="/audit" search={others} className="button">
            {texts.aboutAll}
          </Link>
        </p>
      )}
    </div>
  );
}
