import { expect, test } from 'vitest';
import { type Action, actionOf, ariaFor, characters, digit, type KeyMode, keyFor, type Pressed } from './keys';

function press(key: string, code = '', more: Partial<Pressed> = {}): Pressed {
  return { key, code, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, isComposing: false, ...more };
}

const action = (pressed: Pressed, mode: KeyMode = 'on', before = '') => actionOf(pressed, before, mode).action;

test.each<[string, Pressed, Action | undefined]>([
  ['e', press('e', 'KeyE'), 'reach'],
  ['E with caps lock', press('E', 'KeyE'), 'reach'],
  ['e where Dvorak has it', press('e', 'KeyD'), 'reach'],
  ['the place of e on a Russian layout', press('у', 'KeyE'), 'reach'],
  ['the place of j on an Arabic layout', press('ت', 'KeyJ'), 'next'],
  ['the place of k on a Greek layout', press('κ', 'KeyK'), 'previous'],
  ['Shift and the place of j on a Russian layout', press('О', 'KeyJ', { shiftKey: true }), 'extendDown'],
  ['the . of a Russian layout', press('.', 'Slash'), 'showNew'],
  ['the place of / on an Arabic layout', press('ظ', 'Slash'), 'search'],
  ['the place of ? on an Arabic layout', press('؟', 'Slash', { shiftKey: true }), 'help'],
  ['/', press('/', 'Slash'), 'search'],
  ['/ on a German layout', press('/', 'Digit7', { shiftKey: true }), 'search'],
  ['?', press('?', 'Slash', { shiftKey: true }), 'help'],
  ['Shift+J', press('J', 'KeyJ', { shiftKey: true }), 'extendDown'],
  ['Shift+E is nothing', press('E', 'KeyE', { shiftKey: true }), undefined],
  ['the arrow down', press('ArrowDown', 'ArrowDown'), 'next'],
  ['Shift and the arrow up', press('ArrowUp', 'ArrowUp', { shiftKey: true }), 'extendUp'],
  ['Enter', press('Enter', 'Enter'), 'open'],
  ['Escape', press('Escape', 'Escape'), 'back'],
  ['Ctrl+E is the browser’s', press('e', 'KeyE', { ctrlKey: true }), undefined],
  ['Cmd+Z is the system’s', press('z', 'KeyZ', { metaKey: true }), undefined],
  ['Alt+E is nothing while keys are plain', press('e', 'KeyE', { altKey: true }), undefined],
  ['a letter that is being composed', press('e', 'KeyE', { isComposing: true }), undefined],
  ['a dead key', press('Dead', 'BracketLeft'), 'previousLead'],
  ['q', press('q', 'KeyQ'), undefined],
  ['1', press('1', 'Digit1'), 'savedView'],
  ['9 beside the letters', press('9', 'Numpad9'), 'savedView'],
  ['0', press('0', 'Digit0'), undefined],
  ['the place of 1 on a French layout', press('&', 'Digit1'), 'savedView'],
  ['1 on a French layout', press('1', 'Digit1', { shiftKey: true }), 'savedView'],
  ['the place of 2 on a Czech layout', press('ě', 'Digit2'), 'savedView'],
  ['the place of 3 on an Arabic layout', press('٣', 'Digit3'), 'savedView'],
  ['Shift and the place of 1', press('!', 'Digit1', { shiftKey: true }), undefined],
  ['Ctrl+1 is the browser’s', press('1', 'Digit1', { ctrlKey: true }), undefined],
  ['F5', press('F5', 'F5'), undefined],
])('%s', (_, pressed, expected) => {
  expect(action(pressed)).toBe(expected);
});

test('with Alt, also where a Mac types another sign by it', () => {
  expect(action(press('e', 'KeyE', { altKey: true }), 'alt')).toBe('reach');
  expect(action(press('∆', 'KeyJ', { altKey: true }), 'alt')).toBe('next');
  expect(action(press('e', 'KeyE'), 'alt')).toBeUndefined();
  expect(action(press('1', 'Digit1', { altKey: true }), 'alt')).toBe('savedView');
  expect(action(press('¡', 'Digit1', { altKey: true }), 'alt')).toBe('savedView');
  expect(action(press('1', 'Digit1'), 'alt')).toBeUndefined();
  expect(action(press('ArrowDown', 'ArrowDown'), 'alt')).toBe('next');
});

test('switched off, only keys that type nothing are left', () => {
  for (const key of ['e', 'j', 'z', '/', '?', '1']) expect(action(press(key, `Key${key.toUpperCase()}`), 'off')).toBeUndefined();
  expect(action(press('Enter', 'Enter'), 'off')).toBe('open');
});

test('g goes somewhere with the next key, and only then', () => {
  expect(actionOf(press('g', 'KeyG'), '', 'on')).toEqual({ prefix: 'g' });
  expect(action(press('m', 'KeyM'), 'on', 'g')).toBe('goMine');
  expect(action(press('m', 'KeyM'))).toBeUndefined();
  expect(action(press('e', 'KeyE'), 'on', 'g')).toBe('reach');
});

test('a digit is the one that is typed, else the one of its place', () => {
  expect(
    [press('1', 'Digit1'), press('&', 'Digit1'), press('7', 'Numpad7'), press('ě', 'Digit2'), press('/', 'Slash')].map(digit),
  ).toEqual([1, 1, 7, 2, 0]);
});

test('the key that is shown is the key that works', () => {
  for (const [key, expected] of Object.entries(characters)) {
    const last = key.replace(/^g /, '');
    const before = last === key ? '' : 'g';
    const shiftKey = last.startsWith('Shift+');
    const character = last.replace('Shift+', '').replace('1…9', '4');
    expect(action(press(character, '', { shiftKey }), 'on', before)).toBe(expected);
    expect(Object.values(characters)).toContain(expected);
  }
  expect(keyFor('reach', 'on')).toBe('e');
  expect(keyFor('reach', 'alt')).toBe('Alt+e');
  expect(keyFor('reach', 'off')).toBe('');
  expect(ariaFor('goMine', 'on')).toBeUndefined();
});

test('no single key deletes', () => {
  expect(Object.values(characters).filter((name) => /delete|remove|erase/i.test(name))).toEqual([]);
});
