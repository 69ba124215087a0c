// The one way to the server: typed by the OpenAPI document, every failure a
// Refusal or Unreachable, and every question asked again once somebody has signed
// in who was signed out meanwhile.
import createClient from 'openapi-fetch';
import { gate } from '../session/gate';
import { refusalOf, Unreachable } from './refusal';
import type { components, paths } from './schema.gen';

export type Lead = components['schemas']['LeadView'];
export type State = Lead['state'];
export type Channel = NonNullable<Lead['channel']>;
export type TimelineEvent = components['schemas']['EventView'];
export type Message = components['schemas']['MessageView'];
export type Me = components['schemas']['Me'];
export type User = components['schemas']['UserView'];
export type Session = components['schemas']['SessionView'];
export type ApiKey = components['schemas']['APIKeyView'];
export type Colleague = components['schemas']['StaffView'];

// isSignIn: who is refused at the door is told so, and doesn't wait for it to open.
const isSignIn = ({ method, url }: Request) => method === 'POST' && new URL(url).pathname === '/api/v1/session';

async function ask(request: Request): Promise<Response> {
  const again = request.clone();
  let response: Response;
  try {
    response = await fetch(request);
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    throw new Unreachable('no answer', { cause });
  }
  if (response.status === 401 && gate.canReopen() && !isSignIn(request)) {
    await gate.reopened();
    return ask(again);
  }
  return response;
}

export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '', fetch: ask });

// given waits for an answer and gives what it holds. Throws Refusal, Unreachable.
export async function given<Data>(answer: Promise<{ data?: Data; response: Response; error?: unknown }>): Promise<Data> {
  const { data, error, response } = await answer;
  if (!response.ok) {
    throw await refusalOf(new Response(JSON.stringify(error ?? {}), { status: response.status, headers: response.headers }));
  }
  return data as Data;
}

// ifMatch makes a change conditional on the version that was seen.
export const ifMatch = (seen: { version: number }) => ({ 'If-Match': `"${seen.version}"` });

// bytes gets a file whole, as a browser would download it. Throws Refusal, Unreachable.
export async function bytes(path: string, signal: AbortSignal): Promise<Blob> {
  const response = await ask(new Request(new URL(path, globalThis.location.origin), { signal }));
  if (!response.ok) throw await refusalOf(response);
  return response.blob();
}

// stream opens the stream of what happens, behind the event that was heard last; empty
// for from now on. Throws Refusal, Unreachable.
export async function stream(last: string, signal: AbortSignal): Promise<ReadableStream<string>> {
  const headers: HeadersInit = last ? { 'Last-Event-ID': last } : {};
  const response = await ask(new Request(new URL('/api/v1/stream', globalThis.location.origin), { headers, signal }));
  if (!response.ok || !response.body) throw await refusalOf(response);
  return response.body.pipeThrough(new TextDecoderStream());
}
