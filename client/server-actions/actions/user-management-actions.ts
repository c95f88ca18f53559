'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/user-management-actions';
import type { ActionResult, Role } from 'marina-guard-logbook-client/types';

export type UserManagementData = logbook.UserManagementData;

/** Everyone, archived or not, whose names or e-mail address have each word; active ones first. */
export async function getAllUsersForManagement(
  searchTerm?: string,
  page?: number,
  pageSize?: number,
): Promise<ActionResult<{ users: UserManagementData[]; total: number }>> {
  return logbook.getAllUsersForManagement(searchTerm, page, pageSize);
}

/** Give a rank below one's own; SUPER_ADMIN gives any. */
export async function updateUserRole(userId: string, newRole: Role): Promise<ActionResult<UserManagementData>> {
  const result = await logbook.updateUserRole(userId, newRole);
  if (result.ok) {
    revalidatePath('/dashboard/users');
  }
  return result;
}

/** Shut someone of a lower rank out, for good as far as their tokens go. If they are on duty, their duty ends. */
export async function archiveUser(userId: string): Promise<ActionResult<UserManagementData>> {
  const result = await logbook.archiveUser(userId);
  if (result.ok) {
    revalidatePath('/dashboard/users');
  }
  return result;
}

/** Let someone in again, to sign in anew: also tokens that the identity provider issued meanwhile don't work. */
export async function unarchiveUser(userId: string): Promise<ActionResult<UserManagementData>> {
  const result = await logbook.unarchiveUser(userId);
  if (result.ok) {
    revalidatePath('/dashboard/users');
  }
  return result;
}
