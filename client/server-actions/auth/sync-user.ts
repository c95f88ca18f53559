'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import * as logbook from 'marina-guard-logbook-client/auth/sync-user';
import type { User } from 'marina-guard-logbook-client/types';

/**
 * The caller, with the profile.
 *
 * Any role may call this.
 */
export async function syncUserToDatabase(): Promise<{
  success: boolean;
  error: string;
  user?: undefined;
} | {
  success: boolean;
  user: User;
  error?: undefined;
}> {
  return logbook.syncUserToDatabase();
}

/**
 * The caller, with the profile.
 *
 * Any role may call this.
 */
export async function getCurrentUser(): Promise<User | null> {
  return logbook.getCurrentUser();
}

/**
 * The caller, with the profile.
 *
 * Any role may call this.
 */
export async function getCurrentUserWithSync(): Promise<User | null> {
  return logbook.getCurrentUserWithSync();
}
