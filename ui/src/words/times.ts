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

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

// size is the size of a file, or of a disk.
export function size(bytes: number, language: string): string {
  let [value, unit] = [bytes, 0];
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  const maximumFractionDigits = unit > 0 && value < 10 ? 1 : 0;
  const unitDisplay = unit > 0 ? 'short' : 'long';
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[unit] as string,
    unitDisplay,
    maximumFractionDigits,
  }).format(value);
}

// midnight is when a day, as 2026-11-23, begins in a zone, or so many days later.
export function midnight(text: string, zone: string | undefined, later = 0): number {
  const [year = 0, month = 0, date = 0] = text.split('-').map(Number);
  if (!zone) return new Date(year, month - 1, date + later).getTime();
  const wall = Date.UTC(year, month - 1, date + later);
  // The clocks may change at midnight itself. The first moment is by the distance to UTC
  // of the day before, unless the clocks are put back then, and it is the day before again.
  const [early = wall, late = wall] = [wall - day, wall + day].map((at) => wall - ahead(at, zone));
  const isMidnight = (at: number) => at + ahead(at, zone) === wall;
  return isMidnight(late) && !isMidnight(early) ? late : early;
}

// ahead is how far the clocks of a zone are ahead of UTC at a moment, in milliseconds.
function ahead(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - Math.floor(at / 1000) * 1000;
}
