import { expect, test } from 'vitest';
import { addressOf, frameOf, ownFormOf } from './snippets';

const form = 'https://intake.firm.example/';

test('the address of the form', () => {
  expect(addressOf(form, '')).toBe(form);
  expect(addressOf(form, 'pt-BR')).toBe('https://intake.firm.example/?lang=pt-BR');
});

test('the frame and its script', () => {
  expect(frameOf(form, 'es')).toContain('<iframe data-usher src="https://intake.firm.example/?lang=es" title=');
  expect(frameOf('https://firm.example:8443/', '')).toContain('<script src="https://firm.example:8443/embed.js" async>');
});

test('an address can’t leave its attribute', () => {
  const own = ownFormOf(form, '', 'https://www.firm.example/?a=1&b="><script>');
  expect(own).toContain('value="https://www.firm.example/?a=1&amp;b=&quot;>&lt;script>"');
  expect(ownFormOf(form, '', undefined)).not.toContain('return_to');
});
