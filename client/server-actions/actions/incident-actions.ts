'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/incident-actions';
import type { ActionResult } from 'marina-guard-logbook-client/types';

export type ReviewedIncident = logbook.ReviewedIncident;

/**
 * Note that an incident has been seen, by whom and when.
 *
 * A second review replaces the first.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function reviewIncident(incidentId: string, reviewNotes: string): Promise<ActionResult<ReviewedIncident>> {
  const result = await logbook.reviewIncident(incidentId, reviewNotes);
  if (result.ok) {
    revalidatePath('/admin/dashboard');
  }
  return result;
}
