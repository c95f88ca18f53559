'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/location-actions';
import type { ActionResult } from 'marina-guard-logbook-client/types';

export type ActiveLocationData = logbook.ActiveLocationData;
export type Location = logbook.Location;

/**
 * The locations in use, by name.
 *
 * Any role may call this.
 */
export async function getActiveLocations(): Promise<ActionResult<ActiveLocationData[]>> {
  return logbook.getActiveLocations();
}

/**
 * Every location, in use or not, by name.
 *
 * Any role may call this.
 */
export async function getAllLocations(): Promise<{
  success: boolean;
  locations: {
    name: string;
    id: string;
    description: string | null;
    address: string | null;
    isActive: boolean;
  }[];
  error?: undefined;
} | {
  success: boolean;
  error: string;
  locations: never[];
}> {
  return logbook.getAllLocations();
}

/**
 * Every location in full, by name.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function getAllLocationsAdmin(): Promise<ActionResult<Location[]>> {
  return logbook.getAllLocationsAdmin();
}

/**
 * Add a location.
 *
 * Its name must be free, without case.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function createLocation(input: {
  name: string;
  description?: string | null;
  address?: string;
  maxCapacity?: number | null;
  isActive: boolean;
}): Promise<ActionResult<Location>> {
  const result = await logbook.createLocation(input);
  if (result.ok) {
    revalidatePath('/admin/dashboard/settings');
    revalidatePath('/');
  }
  return result;
}

/**
 * Change a location.
 *
 * Fields that are not sent stay as they are.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function updateLocation(
  id: string,
  input: {
    name?: string;
    description?: string | null;
    address?: string | null;
    maxCapacity?: number | null;
    isActive?: boolean;
  },
): Promise<ActionResult<Location>> {
  const result = await logbook.updateLocation(id, input);
  if (result.ok) {
    revalidatePath('/admin/dashboard/settings');
    revalidatePath('/');
  }
  return result;
}

/**
 * Take a location out of use; its history stays.
 *
 * Doing so again changes nothing.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function deleteLocation(id: string): Promise<ActionResult<void>> {
  const result = await logbook.deleteLocation(id);
  if (result.ok) {
    revalidatePath('/admin/dashboard/settings');
    revalidatePath('/');
  }
  return result;
}
