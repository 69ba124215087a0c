// Dates as texts such as 2026-11-23, and lengths of time, as people read them.
import type { Period } from './query';

const at = (date: string) => new Date(`${date}T00:00:00Z`);

// todayIn is the date that it is in a time zone.
export const todayIn = (zone: string, now: number) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(now);

function earlier(date: string, days: number): string {
  const day = at(date);
  day.setUTCDate(day.getUTCDate() - days);
  return day.toISOString().slice(0, 10);
}

function yearBefore(date: string): string {
  const day = at(date);
  day.setUTCFullYear(day.getUTCFullYear() - 1);
  return earlier(day.toISOString().slice(0, 10), -1);
}

// presets are the periods that end today. The usual one needs no dates in the URL.
export const presets = (today: string): { name: 'week' | 'month' | 'quarter' | 'year'; period: Period }[] => [
  { name: 'week', period: { from: earlier(today, 6), to: today } },
  { name: 'month', period: {} },
  { name: 'quarter', period: { from: earlier(today, 89), to: today } },
  { name: 'year', period: { from: yearBefore(today), to: today } },
];

// shortDay is a date for an axis, longDay for a table and for reading.
export const shortDay = (date: string, language: string) =>
  new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(at(date));
export const longDay = (date: string, language: string) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(at(date));

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

// lasting is a length of time in words, to two figures at most: 45 minutes, 3.5 hours, 2 days.
export function lasting(seconds: number, language: string): string {
  const [value, unit] =
    seconds < 90 * minute
      ? [Math.max(1, Math.round(seconds / minute)), 'minute']
      : seconds < 2 * day
        ? [seconds / hour, 'hour']
        : [seconds / day, 'day'];
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

// elapsed is how long somebody has waited, in whole units that are over, as lists say it.
export function elapsed(seconds: number, language: string): string {
  const unit = seconds < hour ? 'minute' : seconds < 2 * day ? 'hour' : 'day';
  const count = Math.max(1, Math.floor(seconds / { minute, hour, day }[unit]));
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}

// brief is the same for an axis.
export function brief(seconds: number, language: string): string {
  const [value, unit] =
    seconds < hour ? [seconds / minute, 'minute'] : seconds < day ? [seconds / hour, 'hour'] : [seconds / day, 'day'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }).format(value);
}

export const percent = (share: number, language: string) =>
  new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share);
