import { expect, test } from 'vitest';
import { newPassphrase } from './passphrase';

test('four words of three syllables, another one each time', () => {
  const made = Array.from({ length: 200 }, newPassphrase);
  for (const phrase of made) expect(phrase).toMatch(/^(([bdfgklmnprstvz][aeiou]){3}-?){4}(?<!-)$/);
  expect(new Set(made).size).toBe(200);
  expect(new Set(made.join('').replaceAll('-', '')).size).toBe(19); // every sign comes
});
