// Answers of the API and files that a test makes up, because the real ones take a
// mail server that fails, an hour of waiting, or a phone.
import { deflateSync } from 'node:zlib';

const day = '2026-11-23T09:14:00.123456Z';
const id = (number) => `0199f3a0-0000-7000-8000-${String(number).padStart(12, '0')}`;

const summary = { sending: true, waiting: 0, stuck: 0, dead: 0 };

const message = (state, index, more = {}) => ({
  id: id(index), lead_id: id(900), kind: index % 2 ? 'confirmation' : 'notification', recipient: `${state}@example.com`,
  state, attempts: index, last_error: null, created_at: day, next_at: null, sent_at: null, ...more,
});

const event = (kind, data = {}, actor = null) => ({ kind, data, actor, at: day });

export const answers = {
  well: summary,
  stuck: { ...summary, waiting: 4, stuck: 3 },
  dead: { ...summary, dead: 2 },
  sent: { state: 'sent', recipient: 'admin@firm.example', error: null },
  failed: { state: 'failed', recipient: 'admin@firm.example', error: '535 5.7.8 Error: authentication failed: <b>bad</b> credentials' },
  messages: {
    items: [
      message('queued', 0),
      message('retrying', 1, { next_at: day, last_error: '451 4.7.1 Greylisted, try again later' }),
      message('sent', 2, { sent_at: day }),
      message('dead', 3, { last_error: `550 5.1.1 <dead@example.com> ${'unknown-'.repeat(40)}` }),
      message('captured', 4),
      message('suppressed', 5),
    ],
    next_cursor: 'more',
  },
  events: {
    items: [
      event('received'),
      event('reached_out', {}, id(1)),
      event('reached_out', { channel: 'phone' }, id(1)),
      event('channel_set', { channel: 'email' }, id(1)),
      event('reopened', {}, id(1)),
      event('reopened', { reason: 'wrong person' }, id(1)),
      event('undone', {}, id(1)),
      event('assigned', { to: id(2) }, id(1)),
      event('assigned', {}, id(1)),
      event('note', { text: 'Call before noon.\nAsk for محمد.' }, id(1)),
      event('resume_viewed', {}, id(1)),
      ...['queued', 'retrying', 'sent', 'dead', 'captured', 'suppressed', 'of another time'].map((state) => event('message_changed', { state, message_kind: 'confirmation', ...(state === 'dead' && { error: '550 no such user' }) })),
      event('message_changed', { state: 'queued', message_kind: 'notification' }, id(1)),
      event('of_a_newer_server'),
    ].map((one, index) => ({ id: id(100 + index), ...one })),
    next_cursor: 'more',
  },
};

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

// crc is the checksum of PNG (W3C PNG, annex D); the zlib of older Nodes has none.
function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

// pngOf is a grey picture that says it is so large; a large one holds less than that.
export function pngOf(width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8); // one bit a pixel
  const lines = Buffer.alloc(Math.min(height, 1000) * (1 + Math.ceil(width / 8)), 0xaa);
  for (let line = 0; line < lines.length; line += 1 + Math.ceil(width / 8)) lines[line] = 0;
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(lines)), chunk('IEND', Buffer.alloc(0))]);
}

// jpegOf is the smallest JPEG that browsers draw, one grey pixel; what follows its
// end is part of the file and none of the picture.
export function jpegOf(after = '') {
  const picture = '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=';
  return Buffer.concat([Buffer.from(picture, 'base64'), Buffer.from(after)]);
}
