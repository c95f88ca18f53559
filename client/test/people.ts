/** Who calls the actions of a running server: the people of the demo data, and new ones. */

import assert from 'node:assert/strict';

import { createUser, signIn, type ActionResult } from 'marina-guard-logbook-client';

export const PASSWORD = 'harbour-lights';
const PEOPLE = ['guard', 'supervisor', 'admin', 'superadmin'] as const;
type Person = (typeof PEOPLE)[number] | 'stranger';

const tokens: Partial<Record<string, string>> = {};
let caller: string;

/** Who calls from now on. */
export const as = (person: Person | { email: string }) =>
  (caller = typeof person === 'string' ? `${person}@example.com` : person.email);

/** The token of the caller. */
export const token = () => tokens[caller];

/** Sign in. */
export const take = async (username: string) => {
  tokens[username] = data(await signIn({ username, password: PASSWORD })).access_token;
};

/** Sign everyone of the demo data in. */
export const takeAll = () => Promise.all(PEOPLE.map((person) => take(`${person}@example.com`)));

/** What an action answered, if it did not refuse. */
export function data<T>(result: ActionResult<T>): T {
  assert.ok(result.ok, JSON.stringify(result));
  return result.data;
}

let people = 0;

/** Somebody new, signed in, and calling. */
export async function somebody(role: 'GUARD' | 'SUPERVISOR') {
  as('admin');
  const email = `somebody${++people}@example.com`;
  const user = data(await createUser({ firstName: 'Some', lastName: 'Body', email, password: PASSWORD, role }));
  await take(email);
  as(user);
  return user;
}
