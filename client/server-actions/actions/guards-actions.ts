'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import * as logbook from 'marina-guard-logbook-client/actions/guards-actions';
import type { ActionResult } from 'marina-guard-logbook-client/types';

export type GuardOnDutyData = logbook.GuardOnDutyData;

/**
 * Everyone on duty, of whatever role, latest first.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function getGuardsOnDuty(): Promise<ActionResult<GuardOnDutyData[]>> {
  return logbook.getGuardsOnDuty();
}
