'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/duty-session-actions';
import type {
  ActionResult,
  DutySession,
  DutySessionWithCheckIns,
  DutySessionWithRelations,
  LocationCheckInWithLocation,
} from 'marina-guard-logbook-client/types';

/**
 * The session in which the caller is on duty, with its check-ins, newest first.
 *
 * Off duty it is null.
 *
 * Any role may call this.
 */
export async function getActiveDutySession(): Promise<ActionResult<DutySessionWithCheckIns | null>> {
  return logbook.getActiveDutySession();
}

/**
 * Begin duty.
 *
 * A GUARD begins at an active location, SUPERVISOR and above at headquarters, or roaming without one. When SUPERVISOR
 * and above begin, each guard on duty is told.
 *
 * Any role may call this.
 */
export async function clockIn(
  data: { locationId?: string; shiftId?: string },
): Promise<ActionResult<DutySessionWithRelations>> {
  const result = await logbook.clockIn(data);
  if (result.ok) {
    revalidatePath('/');
    revalidatePath('/admin/dashboard');
  }
  return result;
}

/**
 * End one's own duty, and the check-in that is still open.
 *
 * Equipment stays out and can be returned later.
 *
 * Any role may call this.
 */
export async function clockOut(dutySessionId: string, notes?: string): Promise<ActionResult<DutySessionWithRelations>> {
  const result = await logbook.clockOut(dutySessionId, notes);
  if (result.ok) {
    revalidatePath('/');
    revalidatePath('/admin/dashboard');
  }
  return result;
}

/**
 * End anyone's duty.
 *
 * The notes say who did it.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function supervisorClockOut(dutySessionId: string): Promise<ActionResult<DutySession>> {
  const result = await logbook.supervisorClockOut(dutySessionId);
  if (result.ok) {
    revalidatePath('/admin/dashboard');
  }
  return result;
}

/**
 * Begin a visit to an active location.
 *
 * It takes one's own running session, with no other visit open.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function createLocationCheckIn(
  dutySessionId: string,
  locationId: string,
  notes?: string,
): Promise<ActionResult<LocationCheckInWithLocation>> {
  const result = await logbook.createLocationCheckIn(dutySessionId, locationId, notes);
  if (result.ok) {
    revalidatePath('/admin/dashboard');
  }
  return result;
}

/**
 * End one's own visit to a location.
 *
 * Any role may call this.
 */
export async function checkoutFromLocation(checkInId: string): Promise<ActionResult<LocationCheckInWithLocation>> {
  const result = await logbook.checkoutFromLocation(checkInId);
  if (result.ok) {
    revalidatePath('/admin/dashboard');
  }
  return result;
}
