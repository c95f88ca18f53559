/** How every action is called, and what it answers. */

import type { ValidationError } from './generated/api/types.gen.js';

/** What an action answers: what was asked for, or why that was refused. */
export type ActionResult<T> = { ok: true; data: T } | Failure;

export interface Failure {
  ok: false;
  /** What went wrong and what to do, fit to be shown. */
  message: string;
  code: FailureCode;
  meta: FailureMeta;
}

export type FailureCode =
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'VALIDATION'
  | 'TOO_MANY_REQUESTS'
  | 'UNAVAILABLE'
  | 'UNEXPECTED';

export type FailureMeta = {
  /** The HTTP status; null if no answer came. */
  status: number | null;
  /** What the service's log calls this request. */
  requestId: string | null;
  /** What is wrong with which argument, such as `{ title: ['...'], 'items.0.name': ['...'] }`. */
  fieldErrors: Record<string, string[]>;
  /** After how many seconds it is worth trying again. */
  retryAfter: number | null;
};

export interface Settings {
  /** Where the API is, without `/api/v1`. In a browser an empty text is the page's own origin. */
  baseUrl: string;
  /** The caller's token, asked for at every call; nothing if nobody is signed in. What it throws, the action throws. */
  token?: () => MaybeText | Promise<MaybeText>;
  /**
   * On a server: the address of the visitor whose request this is, passed on as `X-Forwarded-For`. The API limits
   * sign-ins by address, and keeps the address with a signature; without this it sees that of the server.
   */
  visitor?: () => MaybeText | Promise<MaybeText>;
  /** In a browser: called after a change with the paths of the pages that show it, such as `['/admin/logs']`. */
  refresh?: (paths: string[]) => void;
}

type MaybeText = string | null | undefined;

const SETTINGS = Symbol.for('marina-guard-logbook-client');
// Next.js loads a module several times in one process; all its copies share the settings.
const shared = globalThis as { [SETTINGS]?: Settings };

/** Say once, before the first action, where the API is and who calls. */
export function configure(settings: Settings): void {
  shared[SETTINGS] = settings;
}

/** What `configure` was told. */
export function settings(): Settings {
  const configured = shared[SETTINGS];
  if (configured) return configured;
  throw new Error('marina-guard-logbook-client: call configure({ baseUrl, token }) before any action.');
}

/** What each request is made with. */
export interface Wired {
  baseUrl: string;
  headers: Record<string, string>;
  auth: () => Promise<string | undefined>;
  fetch: typeof fetch;
  requestValidator: (request: unknown) => Promise<void>;
  parseAs: 'json';
}

export type Page = { limit: number; offset: number };

type Fault = Pick<ValidationError, 'loc' | 'msg'>;
type Answer<T> = Promise<{ data: T; error: undefined } | { data: undefined; error: unknown }>;
type Send<T> = (wired: Wired) => Answer<T>;
type SendPage<T> = (wired: Wired, page: Page) => Answer<T>;

const CODES: Record<number, FailureCode> = {
  400: 'VALIDATION',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'VALIDATION',
  422: 'VALIDATION',
  429: 'TOO_MANY_REQUESTS',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'UNAVAILABLE',
};

const PAGE_SIZE = 500;
const RESTARTS = 3;

/** One request. */
export async function call<T>(send: Send<T>): Promise<ActionResult<T>> {
  return (await ask(send)).result;
}

/** A whole list, page after page, or its first `most` rows. */
export async function callAll<T>(send: SendPage<T[]>, most = Infinity): Promise<ActionResult<T[]>> {
  let rows: T[] = [];
  let known = NaN;
  for (let restarts = 0; ; ) {
    const page = { limit: Math.min(PAGE_SIZE, most - rows.length), offset: rows.length };
    const { result, total } = await ask((wired) => send(wired, page));
    if (!result.ok) return result;
    // Rows have come or gone between two pages: one would be missed, or come twice.
    if (rows.length && !Object.is(total, known) && restarts++ < RESTARTS) {
      rows = [];
      continue;
    }
    known = total;
    rows = rows.concat(result.data);
    if (!result.data.length || rows.length >= Math.min(total, most)) return { ok: true, data: rows };
  }
}

/** Several whole lists of one answer. They have no total: each goes on until a page is not full. */
export async function callLists<T extends Record<string, unknown[]>>(send: SendPage<T>): Promise<ActionResult<T>> {
  const whole = await call((wired) => send(wired, { limit: PAGE_SIZE, offset: 0 }));
  if (!whole.ok) return whole;
  const lists = Object.entries(whole.data);
  for (let offset = PAGE_SIZE; lists.some(([, rows]) => rows.length === offset); offset += PAGE_SIZE) {
    const next = await call((wired) => send(wired, { limit: PAGE_SIZE, offset }));
    if (!next.ok) return next;
    lists.forEach(([name, rows]) => rows.push(...(next.data[name] ?? [])));
  }
  return whole;
}

/** An id as a part of a path. What can be no id ('', '..', 'a/b') stays an unknown one, instead of leading elsewhere. */
export function idOf(id: string): string {
  return /^[\w-]+$/.test(id) ? id : '-';
}

/** Ask once. The total is NaN where the answer is no page of a list. */
async function ask<T>(send: Send<T>): Promise<{ result: ActionResult<T>; total: number }> {
  const { baseUrl, token, visitor } = settings();
  const address = await visitor?.();
  const seen: { response?: Response } = {};
  const result = await send({
    baseUrl,
    headers: address ? { 'X-Forwarded-For': address } : {},
    auth: async () => (await token?.()) ?? undefined,
    fetch: async (request) => (seen.response = await fetchWhole(request)),
    requestValidator: async (request) => datesMustBeDates(request, []),
    parseAs: 'json',
  }).then(
    ({ data, error }) => resultOf(seen.response, data, error),
    (error: unknown) => unread(seen.response, error),
  );
  return { result, total: Number(seen.response?.headers.get('X-Total-Count') ?? NaN) };
}

/** What JSON would make null, which deletes: a date that is none, such as that of an empty form field. */
class InvalidDate extends Error {
  constructor(readonly loc: string[]) {
    super();
  }
}

function datesMustBeDates(value: unknown, loc: string[]): void {
  if (value instanceof Date && Number.isNaN(value.getTime())) throw new InvalidDate(loc);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) datesMustBeDates(inner, [...loc, key]);
}

/**
 * Fetch with the whole body, so that a connection that breaks halfway is a failed fetch. A redirect is one, too: the API
 * never answers one, and what is sent, passwords among it, would go wherever it leads.
 */
async function fetchWhole(request: RequestInfo | URL): Promise<Response> {
  const response = await fetch(request, { cache: 'no-store', redirect: 'error' });
  const body = await response.arrayBuffer();
  return new Response(body.byteLength ? body : null, response);
}

function resultOf<T>(response: Response | undefined, data: T | undefined, error: unknown): ActionResult<T> {
  if (!response) return unreached(error);
  if (!response.ok) return refused(response, error);
  return { ok: true, data: (response.status === 204 ? undefined : data) as T };
}

/** No answer. What Next.js throws through `fetch` to steer rendering is no failure; it has a `digest`. */
function unreached(error: unknown): Failure {
  if (error instanceof Error && 'digest' in error) throw error;
  return failure("The logbook can't be reached. Check the connection and try again.", 'UNAVAILABLE');
}

/** Input that can't be sent, or an answer that can't be read. Anything else is the fault of the settings. */
function unread(response: Response | undefined, error: unknown): Failure {
  if (error instanceof InvalidDate) return invalid([{ loc: error.loc, msg: 'This is no date.' }]);
  if (!response) throw error;
  return failure("The logbook's answer can't be read.", 'UNEXPECTED', response);
}

/** A refusal: the API says why in `detail`, as a sentence or, for what is wrong with the input, as a list. */
function refused(response: Response, error: unknown): Failure {
  const code = CODES[response.status] ?? 'UNEXPECTED';
  const detail = typeof error === 'object' && error !== null && 'detail' in error ? error.detail : undefined;
  if (Array.isArray(detail)) return invalid(detail.filter(isFault), response);
  const message = typeof detail === 'string' ? detail : `The logbook answered with status ${response.status}.`;
  return failure(message, code, response);
}

function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'loc' in value && 'msg' in value;
}

/** The faults by field. One that concerns no single field is in the message alone. */
function invalid(faults: Fault[], response?: Response): Failure {
  const fieldErrors: Record<string, string[]> = {};
  const sentences = faults.map(({ loc: [, ...path], msg }) => {
    const text = msg.replace(/^Value error, /, '');
    const field = path.join('.');
    if (field) (fieldErrors[field] ??= []).push(text);
    return field ? `${field}: ${text}` : text;
  });
  return failure(sentences.join('; '), 'VALIDATION', response, fieldErrors);
}

function failure(
  message: string,
  code: FailureCode,
  response?: Response,
  fieldErrors: FailureMeta['fieldErrors'] = {},
): Failure {
  const header = (name: string) => response?.headers.get(name) ?? null;
  const wait = header('Retry-After');
  const retryAfter = wait === null ? null : Number(wait);
  const meta = { status: response?.status ?? null, requestId: header('X-Request-ID'), fieldErrors, retryAfter };
  return { ok: false, message, code, meta };
}
