'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import * as logbook from 'marina-guard-logbook-client/actions/notification-actions';
import type { ActionResult } from 'marina-guard-logbook-client/types';

export type NotificationData = logbook.NotificationData;

/**
 * The notifications of the caller and of everyone, most urgent first, then newest.
 *
 * Those dismissed are left out.
 *
 * Any role may call this.
 */
export async function getNotifications(): Promise<ActionResult<NotificationData[]>> {
  return logbook.getNotifications();
}

/**
 * Put a notification away; one for everyone, for the caller alone.
 *
 * Doing so again changes nothing.
 *
 * Any role may call this.
 */
export async function dismissNotification(notificationId: string): Promise<ActionResult<void>> {
  return logbook.dismissNotification(notificationId);
}
