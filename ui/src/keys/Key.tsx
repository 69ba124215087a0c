import { usePreferences } from '../shell/preferences';
import { type Action, keyFor } from './keys';

// Key shows the key of an action, to those who see it: screen readers hear it from
// aria-keyshortcuts. Nothing when keys are switched off.
export function Key({ of }: { of: Action }) {
  const key = keyFor(of, usePreferences().keys);
  return key ? (
    <kbd aria-hidden="true" className="key hidden pointer-fine:inline">
      {key}
    </kbd>
  ) : null;
}
