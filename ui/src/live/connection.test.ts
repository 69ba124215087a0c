import { afterEach, expect, test, vi } from 'vitest';
import type { Told } from './read';

type Tab = { told: Told[]; opened: boolean[]; is: () => string; say: (text: string) => void; after: string[] };

// The tabs of a browser, each with modules of its own; one after the other they get the lock.
let waiting: (() => void)[] = [];
const request = (_: string, lead: () => Promise<void>) => {
  waiting.push(() => void lead());
  if (waiting.length === 1) waiting[0]?.();
  return new Promise(() => undefined);
};
// close is what happens when the tab that has the lock is closed.
const close = () => {
  waiting.shift();
  waiting[0]?.();
};

const channels: BroadcastChannel[] = [];
class Channel extends BroadcastChannel {
  constructor(name: string) {
    super(name);
    channels.push(this);
  }
}

async function open(): Promise<Tab> {
  const tab: Tab = { told: [], opened: [], is: () => '', say: () => undefined, after: [] };
  vi.resetModules();
  vi.doMock('react', () => ({ useSyncExternalStore: (_: unknown, state: () => string) => state() }));
  vi.doMock('../api/client', () => ({
    stream: async (last: string) => {
      tab.after.push(last);
      return new ReadableStream<string>({
        start(stream) {
          tab.say = (text) => stream.enqueue(text);
        },
      });
    },
  }));
  vi.stubGlobal('navigator', { onLine: true, locks: { request } });
  vi.stubGlobal('BroadcastChannel', Channel);
  vi.stubGlobal('document', { visibilityState: 'visible', addEventListener: () => undefined });
  vi.stubGlobal('addEventListener', () => undefined);
  const { connect, useConnection } = await import('./connection');
  tab.is = useConnection;
  connect(
    (told) => tab.told.push(told),
    (gap) => tab.opened.push(gap),
  );
  return tab;
}

afterEach(() => {
  vi.useRealTimers();
  for (const channel of channels.splice(0)) channel.close();
  waiting = [];
  vi.unstubAllGlobals();
});

const event = (id: string) => `id: ${id}\nevent: lead.received\ndata: {}\n\n`;

test('a new tab is no beginning of the stream for those that are there', async () => {
  const first = await open();
  await vi.waitFor(() => expect(first.opened).toEqual([true]));
  const second = await open();
  const third = await open();
  await open();
  first.say(event('5'));
  for (const tab of [second, third]) {
    await vi.waitFor(() => expect(tab.told).toHaveLength(1));
    expect(tab.opened).toEqual([]);
  }
});

test('all tabs hear whether there is a gap before a stream that begins', async () => {
  const [first, second, third] = [await open(), await open(), await open()];
  await vi.waitFor(() => expect(first.opened).toEqual([true]));
  close(); // before anything has come: nobody knows how far the first one was
  for (const tab of [second, third]) await vi.waitFor(() => expect(tab.opened).toEqual([true]));
  second.say(event('7'));
  await vi.waitFor(() => expect(third.told).toHaveLength(1));
  close();
  await vi.waitFor(() => expect(third.opened).toEqual([true, false]));
  expect(third.after).toEqual(['7']);
});

test('a tab that has the lock and says nothing any more is not taken for a connection', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await open();
  const second = await open();
  await vi.waitFor(() => expect(second.is()).toBe('live'));
  await vi.advanceTimersByTimeAsync(50_000);
  expect(second.is()).toBe('lost');
});
