'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/vehicle-actions';
import type { ActionResult, FleetStatus, Location, Vehicle } from 'marina-guard-logbook-client/types';

export type VehicleWithLocation = logbook.VehicleWithLocation;

/**
 * The vehicles that are not archived, by status, then by name.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function getVehicles(): Promise<ActionResult<VehicleWithLocation[]>> {
  return logbook.getVehicles();
}

/**
 * What is out of service, latest change first.
 *
 * `limit` and `offset` go for either list.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function getFleetInShop(): Promise<ActionResult<{
  vehicles: VehicleWithLocation[];
  radios: {
    name: string;
    id: string;
    locationId: string | null;
    notes: string | null;
    createdAt: Date;
    updatedAt: Date;
    status: FleetStatus;
    archivedAt: Date | null;
    model: string | null;
    serialNumber: string | null;
    channel: string | null;
    location: Location | null;
  }[];
}>> {
  return logbook.getFleetInShop();
}

/**
 * Add a vehicle.
 *
 * Its VIN must be its own.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function createVehicle(data: unknown): Promise<ActionResult<Vehicle>> {
  const result = await logbook.createVehicle(data);
  if (result.ok) {
    revalidatePath('/dashboard/settings');
    revalidatePath('/dashboard');
  }
  return result;
}

/**
 * Replace all fields of a vehicle.
 *
 * One that is checked out does not retire.
 *
 * The mileage never goes down, but for a SUPER_ADMIN who corrects a mistake; the log of the service keeps that.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function updateVehicle(id: string, data: unknown): Promise<ActionResult<Vehicle>> {
  const result = await logbook.updateVehicle(id, data);
  if (result.ok) {
    revalidatePath('/dashboard/settings');
    revalidatePath('/dashboard');
  }
  return result;
}

/**
 * Archive a vehicle, unless it is checked out.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function deleteVehicle(id: string): Promise<ActionResult<Vehicle>> {
  const result = await logbook.deleteVehicle(id);
  if (result.ok) {
    revalidatePath('/dashboard/settings');
    revalidatePath('/dashboard');
  }
  return result;
}
