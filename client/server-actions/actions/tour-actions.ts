'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/tour-actions';
import type {
  ActionResult,
  TourStopWithRelations,
  TourWithFullRelations,
  TourWithStops,
  TourWithSupervisor,
} from 'marina-guard-logbook-client/types';

/**
 * Set out with car and radio.
 *
 * An earlier tour that still runs is no hindrance, but the answer warns of it.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function startTour(data: {
  carNumber: string;
  radioNumber: string;
  startingMileage: number;
  title?: string;
}): Promise<ActionResult<TourWithStops>> {
  const result = await logbook.startTour(data);
  if (result.ok) {
    revalidatePath('/admin/dashboard');
    revalidatePath('/admin/tours');
  }
  return result;
}

/**
 * Come back from a tour.
 *
 * It takes the mileage, at least that of the start, and what was returned.
 *
 * Any role may call this.
 */
export async function completeTour(
  tourId: string,
  data: {
    endingMileage: number;
    carReturned: boolean;
    radioReturned: boolean;
    keysReturned: boolean;
    notes?: string;
  },
): Promise<ActionResult<TourWithStops>> {
  const result = await logbook.completeTour(tourId, data);
  if (result.ok) {
    revalidatePath('/admin/dashboard');
    revalidatePath('/admin/tours');
    revalidatePath(`/admin/tours/${tourId}`);
  }
  return result;
}

/**
 * Stop on a tour that runs, perhaps at a location, perhaps to see a guard.
 *
 * Any role may call this.
 */
export async function createTourStop(data: {
  tourId: string;
  locationId?: string;
  stopType: string;
  title: string;
  observations: string;
  photoUrls?: string[];
  guardUserId?: string;
  guardPerformanceNotes?: string;
  issuesSeverity?: string;
  followUpRequired?: boolean;
}): Promise<ActionResult<TourStopWithRelations>> {
  const result = await logbook.createTourStop(data);
  if (result.ok) {
    revalidatePath(`/admin/tours/${data.tourId}`);
  }
  return result;
}

/**
 * Leave a stop, once, while the tour runs.
 *
 * Any role may call this.
 */
export async function completeTourStop(stopId: string): Promise<ActionResult<TourStopWithRelations>> {
  return logbook.completeTourStop(stopId);
}

/**
 * The caller's tours, or everyone's for ADMIN and above, the latest first.
 *
 * Any role may call this.
 */
export async function getTours(params?: {
  supervisorId?: string;
  status?: string;
  startDate?: string;
  endDate?: string;
}): Promise<ActionResult<TourWithSupervisor[]>> {
  return logbook.getTours(params);
}

/**
 * A tour with its stops, for its owner or ADMIN and above.
 *
 * Any role may call this.
 */
export async function getTourById(tourId: string): Promise<ActionResult<TourWithFullRelations>> {
  return logbook.getTourById(tourId);
}

/**
 * Give a tour up.
 *
 * A reason, if there is one, is kept in its notes.
 *
 * Any role may call this.
 */
export async function cancelTour(tourId: string, reason?: string): Promise<ActionResult<null>> {
  const result = await logbook.cancelTour(tourId, reason);
  if (result.ok) {
    revalidatePath('/admin/dashboard');
    revalidatePath('/admin/tours');
    revalidatePath(`/admin/tours/${tourId}`);
  }
  return result;
}
