'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import * as logbook from 'marina-guard-logbook-client/actions/locations';
import type { ActionResult, LocationBasic } from 'marina-guard-logbook-client/types';

/**
 * The locations in use, by name.
 *
 * Any role may call this.
 */
export async function getActiveLocations(): Promise<ActionResult<LocationBasic[]>> {
  return logbook.getActiveLocations();
}
