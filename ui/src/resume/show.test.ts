import { expect, test } from 'vitest';
import { canShow, decode, pixelsOfJPEG, pixelsOfPNG, show } from './show';

const bytes = (...all: (number | string)[]) =>
  new Uint8Array(all.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : [part])));

const uint32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const png = (width: number, height: number) =>
  bytes(0x89, 'PNG\r\n', 0x1a, 0x0a, 0, 0, 0, 13, 'IHDR', ...uint32(width), ...uint32(height), 8, 6, 0, 0, 0);
const jpeg = (width: number, height: number) =>
  bytes(
    0xff,
    0xd8,
    0xff,
    0xe0,
    0,
    4,
    0,
    0,
    0xff,
    0xff,
    0xc4,
    0,
    3,
    0,
    0xff,
    0xc2,
    0,
    11,
    8,
    height >> 8,
    height & 255,
    width >> 8,
    width & 255,
    3,
  );

test.each([
  ['UTF-8', bytes('Zoë\n'), 'Zoë\n'],
  ['UTF-8 with its mark', bytes(0xef, 0xbb, 0xbf, 'Zoë'), 'Zoë'],
  ['UTF-16, little first', bytes(0xff, 0xfe, 0x5a, 0, 0xeb, 0), 'Zë'],
  ['UTF-16, big first', bytes(0xfe, 0xff, 0, 0x5a, 0, 0xeb), 'Zë'],
  ['Windows-1252', bytes(0x5a, 0xeb), 'Zë'],
  ['nothing', bytes(), ''],
])('%s is read', (_, given, text) => {
  expect(decode(given)).toBe(text);
});

test.each([
  ['a PNG', pixelsOfPNG(png(640, 480)), 640 * 480],
  ['a PNG that unfolds', pixelsOfPNG(png(2 ** 31, 2 ** 31)), 2 ** 62],
  ['a cut PNG', pixelsOfPNG(png(1, 1).subarray(0, 20)), undefined],
  ['a JPEG', pixelsOfJPEG(jpeg(4000, 3000)), 12_000_000],
  ['a cut JPEG', pixelsOfJPEG(jpeg(4000, 3000).subarray(0, 16)), undefined],
  ['no picture', pixelsOfJPEG(bytes('hello, hello, hello')), undefined],
])('%s is measured', (_, pixels, expected) => {
  expect(pixels).toBe(expected);
});

test('a JPEG whose segments lead nowhere ends', () => {
  expect(pixelsOfJPEG(new Uint8Array(1000).fill(0xff))).toBeUndefined();
  expect(
    pixelsOfJPEG(bytes(0xff, 0xd8, ...Array.from({ length: 400 }, (_, index) => (index % 2 ? 0xe0 : 0xff)))),
  ).toBeUndefined();
});

test('text stays text whatever it says, and a picture that unfolds is not shown', async () => {
  const script = '<script>alert(1)</script>';
  expect(await show(new Blob([script]), 'text/plain')).toEqual({ as: 'text', text: script, cut: false });
  expect(await show(new Blob(['x'.repeat(300_000)]), 'text/plain')).toMatchObject({ as: 'text', cut: true });
  expect(await show(new Blob([png(60_000, 60_000)]), 'image/png')).toEqual({ as: 'nothing', why: 'size' });
  expect(await show(new Blob([png(600, 600)]), 'image/png')).toMatchObject({ as: 'picture' });
});

test.each(['text/html', 'image/svg+xml', 'application/pdf', 'application/xhtml+xml', '', 'text/plain; charset=x'])(
  '%j is never shown',
  async (type) => {
    expect(canShow(type)).toBe(false);
    expect(await show(new Blob(['<svg onload=alert(1)>']), type)).toEqual({ as: 'nothing', why: 'type' });
  },
);
