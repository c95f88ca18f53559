'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/users';
import type { ActionResult, User, UserProfile } from 'marina-guard-logbook-client/types';

/**
 * The caller, with the profile.
 *
 * Any role may call this.
 */
export async function getCurrentUserAction(): Promise<ActionResult<User>> {
  return logbook.getCurrentUserAction();
}

/**
 * A profile: one's own, or anyone's for SUPERVISOR and above.
 *
 * Any role may call this.
 */
export async function getUserById(userId: string): Promise<ActionResult<UserProfile>> {
  return logbook.getUserById(userId);
}

/**
 * Change one's own profile.
 *
 * Any role may call this.
 */
export async function updateUserProfile(
  userId: string,
  data: {
    firstName: string;
    lastName: string;
    imageUrl?: string | null;
    phone?: string | null;
    streetAddress?: string | null;
    city?: string | null;
    state?: string | null;
    zipCode?: string | null;
  },
): Promise<ActionResult<UserProfile>> {
  const result = await logbook.updateUserProfile(userId, data);
  if (result.ok) {
    revalidatePath('/profile');
    revalidatePath(`/profile/edit/${userId}`);
  }
  return result;
}
