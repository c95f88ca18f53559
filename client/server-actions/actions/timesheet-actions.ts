'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/timesheet-actions';
import type { ActionResult } from 'marina-guard-logbook-client/types';

/**
 * The timesheets with their entries, latest week first, then by last name.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function getTimesheets(params: {
  userId?: string;
  status?: string;
  weekStartDate?: string;
}): Promise<ActionResult<unknown[]>> {
  return logbook.getTimesheets(params);
}

/**
 * A timesheet with all that it refers to, and its adjustments, newest first.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function getTimesheetById(id: string): Promise<ActionResult<unknown>> {
  return logbook.getTimesheetById(id);
}

/**
 * Make a timesheet of the completed duty sessions that began in a week.
 *
 * Any moment names its week. There is one timesheet per person and week. A session that is in another timesheet is not
 * collected again.
 *
 * This takes the role SUPERVISOR or a higher one.
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

/**
 * Hand in a timesheet that is DRAFT or REJECTED.
 *
 * It gets what was completed in its week since, and is PENDING.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function submitTimesheet(id: string): Promise<ActionResult<unknown>> {
  const result = await logbook.submitTimesheet(id);
  if (result.ok) {
    revalidatePath('/admin/dashboard/timesheets');
  }
  return result;
}

/**
 * Approve someone else's PENDING timesheet.
 *
 * It is refused while a duty session that began in its week runs. Sessions that ended since it was submitted are
 * collected first. What an earlier rejection left is cleared.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function approveTimesheet(id: string): Promise<ActionResult<unknown>> {
  const result = await logbook.approveTimesheet(id);
  if (result.ok) {
    revalidatePath('/admin/dashboard/timesheets');
  }
  return result;
}

/**
 * Send someone else's PENDING timesheet back, with a reason.
 *
 * It can be adjusted and submitted again.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function rejectTimesheet(id: string, reason: string): Promise<ActionResult<unknown>> {
  const result = await logbook.rejectTimesheet(id, reason);
  if (result.ok) {
    revalidatePath('/admin/dashboard/timesheets');
  }
  return result;
}

/**
 * Remove a timesheet that is DRAFT or REJECTED, with its entries and adjustments.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function deleteTimesheet(id: string): Promise<ActionResult<null>> {
  const result = await logbook.deleteTimesheet(id);
  if (result.ok) {
    revalidatePath('/admin/dashboard/timesheets');
  }
  return result;
}

/**
 * Who has completed duty sessions that began in a week, by last and first name.
 *
 * Any moment names its week.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function getUsersWithDutySessions(params: { weekStartDate: string }): Promise<ActionResult<unknown[]>> {
  return logbook.getUsersWithDutySessions(params);
}

/**
 * Correct the times of an entry, and answer its timesheet.
 *
 * The timesheet is DRAFT or REJECTED. The original times are kept, and each correction with its author and reason. The
 * entry must be over, begin in the week of the timesheet and not overlap another entry of it.
 *
 * This takes the role SUPERVISOR or a higher one.
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

/**
 * Approve what can be approved of these timesheets.
 *
 * Those that can't do not stop the rest; each has its error.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
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
