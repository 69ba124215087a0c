import { useBlocker } from '@tanstack/react-router';
import { useCallback } from 'react';
import { Dialog } from '../shell/Dialog';
import { useTexts } from '../words/words';
import { settingsTexts } from './words';

// LeaveGuard asks before somebody leaves a page with what is not saved. Another
// language of the same page is no leaving.
export function LeaveGuard({ unsaved }: { unsaved: boolean }) {
  const texts = useTexts(settingsTexts);
  const isLeaving = useCallback(
    ({ current, next }: { current: { pathname: string }; next: { pathname: string } }) => current.pathname !== next.pathname,
    [],
  );
  const blocked = useBlocker({ shouldBlockFn: isLeaving, enableBeforeUnload: unsaved, disabled: !unsaved, withResolver: true });
  if (blocked.status !== 'blocked') return null;
  return (
    <Dialog title={texts.leaveTitle} onClose={blocked.reset}>
      <p className="mb-4">{texts.leaveText}</p>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="button button-primary" onClick={blocked.reset}>
          {texts.stay}
        </button>
        <button type="button" className="button button-danger" onClick={blocked.proceed}>
          {texts.leave}
        </button>
      </div>
    </Dialog>
  );
}
