/** The forms in which the original's actions answered, where the API's own differ. */

import { settings, type ActionResult } from './call.js';
import type { User } from './generated/prisma.js';

/** An answer with the data in another form. */
export function answered<From, To>(result: ActionResult<From>, form: (data: From) => To): ActionResult<To> {
  return result.ok ? { ok: true, data: form(result.data) } : result;
}

/** An answer. If it is a success, the pages at these paths are to be rendered anew. */
export function refreshed<Result extends { ok: boolean }>(result: Result, ...paths: string[]): Result {
  if (result.ok) settings().refresh?.(paths);
  return result;
}

/** Columns that hold a list as JSON text, which the original answered as text. An empty list of addresses is null. */
const JSON_TEXT = {
  photoUrls: (urls: unknown[]) => (urls.length ? JSON.stringify(urls) : null),
  videoUrls: (urls: unknown[]) => (urls.length ? JSON.stringify(urls) : null),
  daysOfWeek: (days: unknown[]) => JSON.stringify(days),
};

type JsonText = typeof JSON_TEXT;

export type AsText<T> = T extends Date
  ? T
  : T extends (infer Row)[]
    ? AsText<Row>[]
    : T extends object
      ? { [Key in keyof T]: Key extends keyof JsonText ? ReturnType<JsonText[Key]> : AsText<T[Key]> }
      : T;

/** The data with such lists as texts, however deep they stand. */
export function asText<T>(data: T): AsText<T> {
  return textIn(data) as AsText<T>;
}

function textIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(textIn);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key in JSON_TEXT ? JSON_TEXT[key as keyof JsonText](inner) : textIn(inner),
    ]),
  );
}

/** What the API leaves out of the author of a report's entry: the fields are there, and empty. */
const UNTOLD: Omit<User, 'id' | 'email' | 'firstName' | 'lastName' | 'role'> = {
  clerkId: '',
  username: null,
  imageUrl: null,
  phone: null,
  streetAddress: null,
  city: null,
  state: null,
  zipCode: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  archivedAt: null,
};

/** A report with all fields of the author. */
export function withAuthor<Report extends { log: { user: object } }>(report: Report) {
  return { ...report, log: { ...report.log, user: { ...UNTOLD, ...report.log.user } } };
}

/** Archive a row and answer it. The API answers nothing, and no longer lists the row: it is looked up before. */
export async function archived<Row extends { id: string }>(
  id: string,
  list: () => Promise<ActionResult<Row[]>>,
  archive: (id: string) => Promise<ActionResult<void>>,
): Promise<ActionResult<Row>> {
  const before = await list();
  if (!before.ok) return before;
  const row = before.data.find((each) => each.id === id);
  return answered(await archive(id), () => ({ ...row!, archivedAt: new Date() }));
}
