'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/shift-actions';
import type { ActionResult } from 'marina-guard-logbook-client/types';

export type ShiftWithRelations = logbook.ShiftWithRelations;
export type RecurringPatternWithRelations = logbook.RecurringPatternWithRelations;
export type MessageResponse = logbook.MessageResponse;

/**
 * The shifts, by when they start.
 *
 * A plain date as `endDate` includes that day.
 *
 * Any role may call this.
 */
export async function getShifts(params?: {
  startDate?: string;
  endDate?: string;
  locationId?: string;
}): Promise<ActionResult<ShiftWithRelations[]>> {
  return logbook.getShifts(params);
}

/**
 * Plan a shift at an active location, for active people.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function createShift(data: {
  name: string;
  startTime: string;
  endTime: string;
  locationId: string;
  userAssignments?: { userId: string; role?: string | null }[];
}): Promise<ActionResult<ShiftWithRelations>> {
  const result = await logbook.createShift(data);
  if (result.ok) {
    revalidatePath('/admin/dashboard/shifts');
  }
  return result;
}

/**
 * Change a shift.
 *
 * Fields that are not sent stay as they are. `userAssignments`, if sent, replace all there are.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function updateShift(
  shiftId: string,
  data: {
    name?: string;
    startTime?: string;
    endTime?: string;
    locationId?: string;
    userAssignments?: { userId: string; role?: string | null }[];
  },
): Promise<ActionResult<ShiftWithRelations>> {
  const result = await logbook.updateShift(shiftId, data);
  if (result.ok) {
    revalidatePath('/admin/dashboard/shifts');
  }
  return result;
}

/**
 * Remove a shift.
 *
 * The entries and the duty sessions that name it stay, without it.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function deleteShift(shiftId: string): Promise<ActionResult<MessageResponse>> {
  const result = await logbook.deleteShift(shiftId);
  if (result.ok) {
    revalidatePath('/admin/dashboard/shifts');
  }
  return result;
}

/**
 * The patterns, of all locations or of one, newest first.
 *
 * Any role may call this.
 */
export async function getRecurringPatterns(
  locationId?: string,
): Promise<ActionResult<RecurringPatternWithRelations[]>> {
  return logbook.getRecurringPatterns(locationId);
}

/**
 * Plan shifts that return every week, at an active location, for active people.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function createRecurringPattern(data: {
  name: string;
  locationId: string;
  startTime: string;
  endTime: string;
  daysOfWeek: number[];
  startDate: string;
  endDate?: string;
  userAssignments?: { userId: string; role?: string | null }[];
}): Promise<ActionResult<RecurringPatternWithRelations>> {
  const result = await logbook.createRecurringPattern(data);
  if (result.ok) {
    revalidatePath('/admin/dashboard/shifts');
  }
  return result;
}

/**
 * Change a pattern.
 *
 * Fields that are not sent stay as they are, and so do the shifts made so far.
 *
 * `userAssignments`, if sent, replace all that there are.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function updateRecurringPattern(
  patternId: string,
  data: {
    name?: string;
    locationId?: string;
    startTime?: string;
    endTime?: string;
    daysOfWeek?: number[];
    startDate?: string;
    endDate?: string | null;
    isActive?: boolean;
    userAssignments?: { userId: string; role?: string | null }[];
  },
): Promise<ActionResult<RecurringPatternWithRelations>> {
  const result = await logbook.updateRecurringPattern(patternId, data);
  if (result.ok) {
    revalidatePath('/admin/dashboard/shifts');
  }
  return result;
}

/**
 * Remove a pattern.
 *
 * The shifts made from it stay.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function deleteRecurringPattern(patternId: string): Promise<ActionResult<MessageResponse>> {
  const result = await logbook.deleteRecurringPattern(patternId);
  if (result.ok) {
    revalidatePath('/admin/dashboard/shifts');
  }
  return result;
}
