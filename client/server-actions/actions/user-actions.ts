'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import * as logbook from 'marina-guard-logbook-client/actions/user-actions';
import type { ActionResult } from 'marina-guard-logbook-client/types';

export type CurrentUserData = logbook.CurrentUserData;
export type UserListItem = logbook.UserListItem;

/**
 * The caller, with the profile.
 *
 * Any role may call this.
 */
export async function getCurrentUser(): Promise<ActionResult<CurrentUserData>> {
  return logbook.getCurrentUser();
}

/**
 * Everyone who is not archived, by role, then by first name.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function getUsers(): Promise<ActionResult<UserListItem[]>> {
  return logbook.getUsers();
}
