'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/timesheet-actions';
import type { ActionResult } from 'marina-guard-logbook-client/types';

/** The timesheets with their entries, latest week first, then by last name. */
export async function getTimesheets(params: {
  userId?: string;
  status?: string;
  weekStartDate?: string;
}): Promise<ActionResult<unknown[]>> {
  return logbook.getTimesheets(params);
}

/** A timesheet with all that it refers to, and its adjustments, newest first. */
export async function getTimesheetById(id: string): Promise<ActionResult<unknown>> {
  return logbook.getTimesheetById(id);
}

/**
 * Collect the completed duty sessions that began in the week of this moment; one timesheet per person and week.
 *
 * A session that is in another timesheet already is not collected again.
 */
export async function generateTimesheet(
  params: { userId: string; weekStartDate: string },
): Promise<ActionResult<unknown>> {
  const result = await logbook.generateTimesheet(params);
  if (result.ok) {
    revalidatePath('/admin/dashboard/timesheets');
  }
  return result;
}

/** Hand in a timesheet that is DRAFT or REJECTED, with what was completed in its week since; it is PENDING then. */
export async function submitTimesheet(id: string): Promise<ActionResult<unknown>> {
  const result = await logbook.submitTimesheet(id);
  if (result.ok) {
    revalidatePath('/admin/dashboard/timesheets');
  }
  return result;
}

/**
 * Approve someone else's PENDING timesheet, once no duty session that began in its week runs any more.
 *
 * Sessions that ended since it was submitted are collected first. What an earlier rejection left is cleared.
 */
export async function approveTimesheet(id: string): Promise<ActionResult<unknown>> {
  const result = await logbook.approveTimesheet(id);
  if (result.ok) {
    revalidatePath('/admin/dashboard/timesheets');
  }
  return result;
}

/** Send someone else's PENDING timesheet back, with a reason. It can be adjusted and submitted again. */
export async function rejectTimesheet(id: string, reason: string): Promise<ActionResult<unknown>> {
  const result = await logbook.rejectTimesheet(id, reason);
  if (result.ok) {
    revalidatePath('/admin/dashboard/timesheets');
  }
  return result;
}

/** Remove a timesheet that is DRAFT or REJECTED, with its entries and adjustments. */
export async function deleteTimesheet(id: string): Promise<ActionResult<null>> {
  const result = await logbook.deleteTimesheet(id);
  if (result.ok) {
    revalidatePath('/admin/dashboard/timesheets');
  }
  return result;
}

/** Who has completed duty sessions that began in the week of this moment, by last and first name. */
export async function getUsersWithDutySessions(params: { weekStartDate: string }): Promise<ActionResult<unknown[]>> {
  return logbook.getUsersWithDutySessions(params);
}

/**
 * Correct the times of an entry while its timesheet is DRAFT or REJECTED, and answer the timesheet.
 *
 * The original times are kept, and each correction with its author and reason. The entry must be over, begin in the
 * week of the timesheet and not overlap another entry of it.
 */
export async function adjustTimesheetEntry(params: {
  entryId: string;
  clockInTime: string;
  clockOutTime: string;
  reason: string;
}): Promise<ActionResult<unknown>> {
  const result = await logbook.adjustTimesheetEntry(params);
  if (result.ok) {
    revalidatePath('/admin/dashboard/timesheets');
  }
  return result;
}

/** Approve what can be approved of these timesheets. Those that can't do not stop the rest; each has its error. */
export async function bulkApproveTimesheets(timesheetIds: string[]): Promise<ActionResult<{
  approved: number;
  failed: number;
  errors: string[];
}>> {
  const result = await logbook.bulkApproveTimesheets(timesheetIds);
  if (result.ok) {
    revalidatePath('/admin/dashboard/timesheets');
  }
  return result;
}
