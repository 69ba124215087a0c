import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { meQuery } from '../session/session';
import { usePreferences } from '../shell/preferences';
import type { Locale } from './times';
import { useLanguage } from './words';

// known gives a zone if this browser knows it.
function known(zone: string | undefined): string | undefined {
  try {
    return zone ? new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone : undefined;
  } catch {
    return undefined;
  }
}

// useLocale is the language of whoever reads, and the time zone: the firm's, unless they
// prefer their own.
export function useLocale(): Locale {
  const language = useLanguage();
  const prefers = usePreferences().zone;
  const firm = useQuery(meQuery).data?.time_zone;
  return useMemo(() => ({ language, zone: prefers === 'firm' ? known(firm) : undefined }), [language, prefers, firm]);
}
