'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/user-management-actions';
import type { ActionResult, Role } from 'marina-guard-logbook-client/types';

export type UserManagementData = logbook.UserManagementData;

/**
 * The people to manage, archived or not, active ones first.
 *
 * Their names or e-mail address have each word.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function getAllUsersForManagement(
  searchTerm?: string,
  page?: number,
  pageSize?: number,
): Promise<ActionResult<{ users: UserManagementData[]; total: number }>> {
  return logbook.getAllUsersForManagement(searchTerm, page, pageSize);
}

/**
 * Give someone a role.
 *
 * It is below one's own, unless one is SUPER_ADMIN.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function updateUserRole(userId: string, newRole: Role): Promise<ActionResult<UserManagementData>> {
  const result = await logbook.updateUserRole(userId, newRole);
  if (result.ok) {
    revalidatePath('/dashboard/users');
  }
  return result;
}

/**
 * Shut someone of a lower rank out, for good as far as their tokens go.
 *
 * If they are on duty, their duty ends.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function archiveUser(userId: string): Promise<ActionResult<UserManagementData>> {
  const result = await logbook.archiveUser(userId);
  if (result.ok) {
    revalidatePath('/dashboard/users');
  }
  return result;
}

/**
 * Let someone in again, to sign in anew.
 *
 * Also tokens that the identity provider issued meanwhile don't work.
 *
 * This takes the role SUPER_ADMIN or a higher one.
 */
export async function unarchiveUser(userId: string): Promise<ActionResult<UserManagementData>> {
  const result = await logbook.unarchiveUser(userId);
  if (result.ok) {
    revalidatePath('/dashboard/users');
  }
  return result;
}
