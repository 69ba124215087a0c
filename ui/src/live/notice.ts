import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import plain from '../icon.svg';
import dotted from '../icon-new.svg';
import { usePreferences } from '../shell/preferences';
import { useWords } from '../words/words';
import { onArrival } from './arrivals';

function showIcon(url: string) {
  document.querySelector('link[rel=icon]')?.setAttribute('href', url);
}

// useNotice tells whoever doesn't look at the page that a lead has come in: by a dot in
// the tab's picture, and on the desktop where that is wanted. It says nothing about the
// person, because others may see it there.
export function useNotice() {
  const words = useWords();
  const navigate = useNavigate();
  const { notify } = usePreferences();
  useEffect(() => {
    const seen = () => document.visibilityState === 'visible' && showIcon(plain);
    document.addEventListener('visibilitychange', seen);
    const ignore = onArrival((id) => {
      if (document.visibilityState === 'visible') return;
      showIcon(dotted);
      if (notify === 'off' || globalThis.Notification?.permission !== 'granted') return;
      try {
        // Each tab says it; the tag makes one of them.
        const notice = new Notification(words.list.arrived(1), { tag: 'usher.lead' });
        notice.onclick = () => {
          window.focus();
          void navigate({ to: '/leads/$id', params: { id } });
        };
      } catch {
        // Browsers of phones let no page do that.
      }
    });
    return () => {
      document.removeEventListener('visibilitychange', seen);
      ignore();
    };
  }, [words, navigate, notify]);
}
