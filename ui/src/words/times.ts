// Times as people read them.

// Locale is in which language, and as of which place on earth; without a zone it is where the browser is.
export type Locale = { language: string; zone?: string | undefined };

const format = ({ language, zone }: Locale, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language, { ...options, timeZone: zone });

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

// span is a length of time in one short unit: < 1 min, 12 min, 3 h, 2 d.
export function span(milliseconds: number, language: string): string {
  if (milliseconds < minute) return `< ${span(minute, language)}`;
  const [count, unit] =
    milliseconds < hour
      ? [Math.floor(milliseconds / minute), 'minute']
      : milliseconds < 2 * day
        ? [Math.floor(milliseconds / hour), 'hour']
        : [Math.floor(milliseconds / day), 'day'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count);
}

// ago is how long something was before now, in words: 12 seconds ago, 3 hours ago.
export function ago(at: string, now: number, language: string): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(at)) / 1000));
  const relative = new Intl.RelativeTimeFormat(language, { numeric: seconds === 0 ? 'auto' : 'always', style: 'short' });
  if (seconds < 60) return relative.format(-seconds, 'second');
  if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 48 * 3600) return relative.format(-Math.floor(seconds / 3600), 'hour');
  return relative.format(-Math.floor(seconds / 86_400), 'day');
}

// date is the day, with the year only when it is another one than now's.
export function date(at: string, now: number, locale: Locale): string {
  const year = format(locale, { year: 'numeric' });
  const isThisYear = year.format(Date.parse(at)) === year.format(now);
  return format(locale, { day: 'numeric', month: 'short', ...(!isThisYear && { year: 'numeric' }) }).format(Date.parse(at));
}

// clock is the time of the day.
export function clock(at: number, locale: Locale): string {
  return format(locale, { hour: '2-digit', minute: '2-digit' }).format(at);
}

// full is the whole of it, with the zone.
export function full(at: string, locale: Locale): string {
  return format(locale, { dateStyle: 'full', timeStyle: 'long' }).format(Date.parse(at));
}

// size is the size of a file.
export function size(bytes: number, language: string): string {
  if (bytes < 1000) return new Intl.NumberFormat(language, { style: 'unit', unit: 'byte', unitDisplay: 'long' }).format(bytes);
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}
