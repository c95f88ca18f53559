/** What the original's pages import from Prisma's client and from its `lib/types/prisma-types`. */

export * from './generated/prisma.js';
export type * from './generated/lib/types/prisma-types.js';

/** What an action answers: what was asked for, or why that was refused. */
export type ActionResult<T> =
  | { ok: true; data: T; message?: string; meta?: Record<string, unknown> }
  | { ok: false; message: string; data?: undefined; code?: string; meta?: Record<string, unknown> };
