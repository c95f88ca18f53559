'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import * as logbook from 'marina-guard-logbook-client/actions/incident-report-generation-actions';
import type { ActionResult } from 'marina-guard-logbook-client/types';

export type IncidentReportWithDetails = logbook.IncidentReportWithDetails;

/**
 * Make the report on an incident, and answer all of it.
 *
 * Otherwise it is the same as `createIncidentReport`.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function generateIncidentReport(input: {
  logId: string;
  guardAssignedId?: string;
  supervisorAssignedId: string;
  notifiedUserIds?: string[];
}): Promise<ActionResult<IncidentReportWithDetails>> {
  return logbook.generateIncidentReport(input);
}

/**
 * Sign, once, as what one is assigned.
 *
 * The name, the time and the address of the request are kept.
 *
 * Any role may call this.
 */
export async function signIncidentReport(input: {
  reportId: string;
  signerType: 'guard' | 'supervisor';
  ipAddress?: string;
}): Promise<ActionResult<IncidentReportWithDetails>> {
  return logbook.signIncidentReport(input);
}

/**
 * A report, for the author of its entry, its signers, and SUPERVISOR and above.
 *
 * Any role may call this.
 */
export async function getIncidentReport(reportId: string): Promise<ActionResult<IncidentReportWithDetails>> {
  return logbook.getIncidentReport(reportId);
}

/**
 * The report on an entry; null, for everyone, if there is none.
 *
 * Any role may call this.
 */
export async function getIncidentReportByLogId(logId: string): Promise<ActionResult<IncidentReportWithDetails | null>> {
  return logbook.getIncidentReportByLogId(logId);
}

/**
 * All reports, the latest first.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function getAllIncidentReports(): Promise<ActionResult<IncidentReportWithDetails[]>> {
  return logbook.getAllIncidentReports();
}
