'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/safety-checklist-actions';
import type { ActionResult } from 'marina-guard-logbook-client/types';

export type SafetyChecklistItem = logbook.SafetyChecklistItem;
export type ChecklistItemData = logbook.ChecklistItemData;
export type SubmitChecklistData = logbook.SubmitChecklistData;

/**
 * The items to check now, in their order.
 *
 * Any role may call this.
 */
export async function getSafetyChecklistItems(): Promise<ActionResult<SafetyChecklistItem[]>> {
  return logbook.getSafetyChecklistItems();
}

/**
 * Hand in the checklist of one's own running session.
 *
 * An entry of the logbook tells of it.
 *
 * Any role may call this.
 */
export async function submitSafetyChecklist(
  data: SubmitChecklistData,
): Promise<ActionResult<{ responseId: string; logId: string }>> {
  const result = await logbook.submitSafetyChecklist(data);
  if (result.ok) {
    revalidatePath('/');
    revalidatePath('/logs');
  }
  return result;
}

/**
 * Every item, switched off or not, in their order.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function getAllSafetyChecklistItems(): Promise<ActionResult<SafetyChecklistItem[]>> {
  return logbook.getAllSafetyChecklistItems();
}

/**
 * Add an item whose name is free, without case.
 *
 * It goes last unless an order above 0 is given.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function createSafetyChecklistItem(input: {
  name: string;
  description?: string | null;
  order?: number;
  isActive?: boolean;
}): Promise<ActionResult<SafetyChecklistItem>> {
  const result = await logbook.createSafetyChecklistItem(input);
  if (result.ok) {
    revalidatePath('/admin/dashboard/settings');
    revalidatePath('/');
  }
  return result;
}

/**
 * Add the items whose names are free, and tell which are not.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function createMultipleSafetyChecklistItems(input: {
  items: {
    name: string;
    description?: string | null;
    order: number;
    isActive: boolean;
  }[];
}): Promise<ActionResult<{ created: number; skipped: string[] }>> {
  const result = await logbook.createMultipleSafetyChecklistItems(input);
  if (result.ok) {
    revalidatePath('/admin/dashboard/settings');
    revalidatePath('/');
  }
  return result;
}

/**
 * Change an item.
 *
 * Fields that are not sent stay as they are.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function updateSafetyChecklistItem(
  id: string,
  input: {
    name?: string;
    description?: string | null;
    order?: number;
    isActive?: boolean;
  },
): Promise<ActionResult<SafetyChecklistItem>> {
  const result = await logbook.updateSafetyChecklistItem(id, input);
  if (result.ok) {
    revalidatePath('/admin/dashboard/settings');
    revalidatePath('/');
  }
  return result;
}

/**
 * Take an item off the list; what was checked stays.
 *
 * Doing so again changes nothing.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function deleteSafetyChecklistItem(id: string): Promise<ActionResult<void>> {
  const result = await logbook.deleteSafetyChecklistItem(id);
  if (result.ok) {
    revalidatePath('/admin/dashboard/settings');
    revalidatePath('/');
  }
  return result;
}

/**
 * Set the order of these items, all or none.
 *
 * This takes the role ADMIN or a higher one.
 */
export async function reorderSafetyChecklistItems(
  input: { items: { id: string; order: number }[] },
): Promise<ActionResult<void>> {
  const result = await logbook.reorderSafetyChecklistItems(input);
  if (result.ok) {
    revalidatePath('/admin/dashboard/settings');
    revalidatePath('/');
  }
  return result;
}
