'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/supervisor-equipment-actions';
import type { ActionResult, LocationBasic, SupervisorEquipmentCheckout } from 'marina-guard-logbook-client/types';

export type EquipmentCheckoutWithEquipment = logbook.EquipmentCheckoutWithEquipment;
export type AvailableEquipmentItem = logbook.AvailableEquipmentItem;

/**
 * The cars, or the radios, that can be taken now, by name.
 *
 * Any role may call this.
 */
export async function getAvailableEquipment(type: 'CAR' | 'RADIO'): Promise<ActionResult<AvailableEquipmentItem[]>> {
  return logbook.getAvailableEquipment(type);
}

/**
 * Take a car and a radio that work.
 *
 * It takes one's own running session, which has none out yet.
 *
 * Any role may call this.
 */
export async function checkoutEquipment(data: {
  dutySessionId: string;
  carId: string;
  radioId: string;
  checkoutMileage: number;
}): Promise<ActionResult<SupervisorEquipmentCheckout>> {
  const result = await logbook.checkoutEquipment(data);
  if (result.ok) {
    revalidatePath('/admin/dashboard');
  }
  return result;
}

/**
 * Return the car and the radio of a session, whether it is over or not.
 *
 * The session is one's own, or anyone's for ADMIN and above. The car's mileage goes on from there.
 *
 * Any role may call this.
 */
export async function checkinEquipment(data: {
  dutySessionId: string;
  checkinMileage: number;
  notes?: string;
}): Promise<ActionResult<SupervisorEquipmentCheckout>> {
  const result = await logbook.checkinEquipment(data);
  if (result.ok) {
    revalidatePath('/admin/dashboard');
  }
  return result;
}

/**
 * What was taken in a session, latest first.
 *
 * It is one's own session, or anyone's for SUPERVISOR and above.
 *
 * Any role may call this.
 */
export async function getEquipmentCheckouts(
  dutySessionId: string,
): Promise<ActionResult<EquipmentCheckoutWithEquipment[]>> {
  return logbook.getEquipmentCheckouts(dutySessionId);
}

/**
 * Headquarters, where supervisors and admins begin their duty.
 *
 * Any role may call this.
 */
export async function getHQLocation(): Promise<ActionResult<LocationBasic>> {
  return logbook.getHQLocation();
}
