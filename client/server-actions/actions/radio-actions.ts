'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/radio-actions';
import type { ActionResult, Radio } from 'marina-guard-logbook-client/types';

export type RadioWithLocation = logbook.RadioWithLocation;

/**
 * The radios that are not archived, by status, then by name.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function getRadios(): Promise<ActionResult<RadioWithLocation[]>> {
  return logbook.getRadios();
}

/**
 * Add a radio.
 *
 * Its serial number must be its own.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function createRadio(data: unknown): Promise<ActionResult<Radio>> {
  const result = await logbook.createRadio(data);
  if (result.ok) {
    revalidatePath('/dashboard/settings');
    revalidatePath('/dashboard');
  }
  return result;
}

/**
 * Replace all fields of a radio.
 *
 * One that is checked out does not retire.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function updateRadio(id: string, data: unknown): Promise<ActionResult<Radio>> {
  const result = await logbook.updateRadio(id, data);
  if (result.ok) {
    revalidatePath('/dashboard/settings');
    revalidatePath('/dashboard');
  }
  return result;
}

/**
 * Archive a radio, unless it is checked out.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function deleteRadio(id: string): Promise<ActionResult<Radio>> {
  const result = await logbook.deleteRadio(id);
  if (result.ok) {
    revalidatePath('/dashboard/settings');
    revalidatePath('/dashboard');
  }
  return result;
}
