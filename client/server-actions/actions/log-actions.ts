'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import * as logbook from 'marina-guard-logbook-client/actions/log-actions';
import type { ActionResult, IncidentWithDetails, LogWithRelations } from 'marina-guard-logbook-client/types';

/**
 * How many entries there are, archived ones included.
 *
 * Any role may call this.
 */
export async function getTotalLogsCount(): Promise<ActionResult<number>> {
  return logbook.getTotalLogsCount();
}

/**
 * A location's entries, archived ones included, newest first.
 *
 * Any role may call this.
 */
export async function getLogsByLocation(locationId: string, limit?: number): Promise<ActionResult<LogWithRelations[]>> {
  return logbook.getLogsByLocation(locationId, limit);
}

/**
 * The entries of type INCIDENT, archived ones included, newest first.
 *
 * Any role may call this.
 */
export async function getIncidents(): Promise<ActionResult<IncidentWithDetails[]>> {
  return logbook.getIncidents();
}
