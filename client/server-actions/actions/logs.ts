'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/logs';
import type {
  ActionResult,
  LogWithFullRelations,
  LogWithLocationAndUser,
  LogWithRelations,
  RecordStatus,
} from 'marina-guard-logbook-client/types';

/**
 * The entries that are not archived, newest first.
 *
 * Any role may call this.
 */
export async function getLogs(params?: {
  locationId?: string;
  search?: string;
  year?: string;
  month?: string;
  dayOfWeek?: string;
  type?: string;
  status?: string;
}): Promise<ActionResult<LogWithRelations[]>> {
  return logbook.getLogs(params);
}

/**
 * An entry with all that it refers to.
 *
 * Any role may call this.
 */
export async function getLogById(id: string): Promise<ActionResult<LogWithFullRelations>> {
  return logbook.getLogById(id);
}

/**
 * Change an entry.
 *
 * Fields that are not sent stay as they are.
 *
 * Each change is kept with its author, and the status becomes UPDATED. A guard moves an entry only to the location of
 * their running duty. An entry that becomes a HIGH or CRITICAL incident is told as a new one is, and one with a report
 * stays an INCIDENT.
 *
 * Any role may call this.
 */
export async function updateLog(
  id: string,
  data: {
    type?: 'INCIDENT' | 'PATROL' | 'VISITOR_CHECKIN' | 'MAINTENANCE' | 'WEATHER' | 'OTHER';
    title?: string;
    description?: string;
    locationId?: string;
    shiftId?: string | null;
    status?: RecordStatus;
  },
): Promise<ActionResult<LogWithLocationAndUser>> {
  const result = await logbook.updateLog(id, data);
  if (result.ok) {
    revalidatePath('/admin/logs');
  }
  return result;
}

/**
 * Write an entry.
 *
 * A guard writes on duty, at the location of that duty.
 *
 * A HIGH or CRITICAL incident is told to every active SUPERVISOR and above but its author.
 *
 * Any role may call this.
 */
export async function createLog(data: {
  type: 'INCIDENT' | 'PATROL' | 'VISITOR_CHECKIN' | 'MAINTENANCE' | 'WEATHER' | 'OTHER';
  title: string;
  description: string;
  locationId: string;
  status: RecordStatus;
  shiftId?: string;
}): Promise<ActionResult<LogWithLocationAndUser>> {
  const result = await logbook.createLog(data);
  if (result.ok) {
    revalidatePath('/admin/logs');
  }
  return result;
}

/**
 * Archive an entry, unless there is a report on it.
 *
 * Any role may call this.
 */
export async function deleteLog(id: string): Promise<ActionResult<null>> {
  const result = await logbook.deleteLog(id);
  if (result.ok) {
    revalidatePath('/admin/logs');
  }
  return result;
}
