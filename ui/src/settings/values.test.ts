import { expect, test } from 'vitest';
import type { Firm } from '../firm/query';
import { changeOf, differing, edited, languageOfField, savedValue, shownInstead, textField, tidied } from './values';

const firm: Firm = {
  name: 'Ruiz',
  accent: '',
  time_zone: 'America/New_York',
  contact_within_hours: 24,
  ask_read: false,
  embed_sites: ['https://www.firm.example'],
  return_addresses: [],
  texts: { es: { hours: '', promise: 'Pronto.', urgent: '', mail_note: '' } },
  logo: null,
  languages: ['en', 'es'],
  form_url: 'https://intake.firm.example/',
  version: 4,
  updated_at: null,
  updated_by: null,
};

test('what is set back is no edit', () => {
  const promise = textField('es', 'promise');
  const one = edited({}, firm, promise, 'Hoy.');
  expect(one).toEqual({ 'texts.es.promise': 'Hoy.' });
  expect(edited(one, firm, promise, 'Pronto.')).toEqual({});
  expect(edited({}, firm, 'embed_sites', ['https://www.firm.example'])).toEqual({});
  expect(edited({}, firm, textField('en', 'hours'), '')).toEqual({});
  expect(edited({}, firm, 'logo', null)).toEqual({});
});

test('the API gets what was edited, and nothing else', () => {
  const edits = {
    name: '',
    ask_read: true,
    'texts.es.promise': 'Hoy.',
    'texts.es.urgent': '',
    'texts.en.hours': '9 to 5',
    embed_sites: ['', 'https://a.example', ' '],
    logo: null,
  };
  expect(changeOf(tidied(edits))).toEqual({
    name: '',
    ask_read: true,
    embed_sites: ['https://a.example'],
    texts: { es: { promise: 'Hoy.', urgent: '' }, en: { hours: '9 to 5' } },
  });
  expect(changeOf({})).toEqual({});
});

test('what differs between two versions', () => {
  const after: Firm = {
    ...firm,
    name: 'Ruiz & Co',
    texts: { en: { hours: '9', promise: '', urgent: '', mail_note: '' } },
    version: 5,
  };
  expect(differing(firm, after)).toEqual(['name', 'texts.es.promise', 'texts.en.hours']);
  expect(differing(firm, firm)).toEqual([]);
  expect(differing(firm, { ...firm, embed_sites: [] })).toEqual(['embed_sites']);
});

test('where a language has no text', () => {
  const textIn = (language: string) => String(savedValue(firm, textField(language, 'promise')));
  expect(shownInstead(firm.languages, textIn, 'en')).toEqual({ language: 'es', text: 'Pronto.' });
  expect(shownInstead(firm.languages, textIn, 'es')).toBeUndefined();
  expect(shownInstead([], textIn, 'en')).toBeUndefined();
  expect(languageOfField('texts.pt-BR.promise')).toBe('pt-BR');
  expect(languageOfField('name')).toBeUndefined();
});
