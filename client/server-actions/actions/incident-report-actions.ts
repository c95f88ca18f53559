'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/incident-report-actions';
import type { ActionResult } from 'marina-guard-logbook-client/types';

/**
 * The active people of the role SUPERVISOR, by last name.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function getSupervisorsForNotification(): Promise<ActionResult<{
  id: string;
  firstName: string;
  lastName: string;
  email: string;
}[]>> {
  return logbook.getSupervisorsForNotification();
}

/**
 * Whether the caller may make reports: SUPERVISOR and above may.
 *
 * Any role may call this.
 */
export async function canGenerateIncidentReport(): Promise<ActionResult<boolean>> {
  return logbook.canGenerateIncidentReport();
}

/**
 * Whether the caller may make a report on this entry, and it can have one.
 *
 * Any role may call this.
 */
export async function canCreateReportForLog(logId: string): Promise<ActionResult<boolean>> {
  return logbook.canCreateReportForLog(logId);
}

/**
 * Make the report on an incident, name its signers, and notify people.
 *
 * An incident has one report. Where there is one, ADMIN and above let others sign it by naming them here, as long as
 * the signature is missing.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function createIncidentReport(
  logId: string,
  data: {
    guardAssignedId?: string | null;
    supervisorAssignedId: string;
    notifyUserIds: string[];
  },
): Promise<ActionResult<{ id: string; incidentNumber: string }>> {
  const result = await logbook.createIncidentReport(logId, data);
  if (result.ok) {
    revalidatePath('/dashboard/logs');
    revalidatePath(`/logs/${logId}`);
  }
  return result;
}
