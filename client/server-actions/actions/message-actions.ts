'use server';

// Written by `npx marina-guard-logbook-client write`: calls the logbook's API, and has its pages rendered anew.

import { revalidatePath } from 'next/cache';
import * as logbook from 'marina-guard-logbook-client/actions/message-actions';
import type { ActionResult } from 'marina-guard-logbook-client/types';

export type MessageWithDetails = logbook.MessageWithDetails;
export type ConversationSummary = logbook.ConversationSummary;

/**
 * Write to the supervisors, being on duty.
 *
 * This is for guards.
 */
export async function sendGuardMessage(content: string): Promise<ActionResult<MessageWithDetails>> {
  const result = await logbook.sendGuardMessage(content);
  if (result.ok) {
    revalidatePath('/messages');
    revalidatePath('/admin/dashboard/messages');
  }
  return result;
}

/**
 * Write to a guard on duty, being on duty oneself.
 *
 * It may answer a message of the same duty session.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function sendSupervisorReply(
  guardUserId: string,
  content: string,
  replyToId?: string,
): Promise<ActionResult<MessageWithDetails>> {
  const result = await logbook.sendSupervisorReply(guardUserId, content, replyToId);
  if (result.ok) {
    revalidatePath('/messages');
    revalidatePath(`/admin/dashboard/messages/${guardUserId}`);
  }
  return result;
}

/**
 * The messages of the caller's running duty session, oldest first.
 *
 * Off duty there are none.
 *
 * Any role may call this.
 */
export async function getMyMessages(): Promise<ActionResult<MessageWithDetails[]>> {
  return logbook.getMyMessages();
}

/**
 * The guards on duty with messages, the latest message first.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function getGuardConversations(): Promise<ActionResult<ConversationSummary[]>> {
  return logbook.getGuardConversations();
}

/**
 * The messages of a guard's running duty session, oldest first.
 *
 * This takes the role SUPERVISOR or a higher one.
 */
export async function getConversationThread(guardUserId: string): Promise<ActionResult<MessageWithDetails[]>> {
  return logbook.getConversationThread(guardUserId);
}

/**
 * Note that a message has been read by whom it is for.
 *
 * The first time counts; again changes nothing.
 *
 * Any role may call this.
 */
export async function markMessageAsRead(messageId: string): Promise<ActionResult<void>> {
  const result = await logbook.markMessageAsRead(messageId);
  if (result.ok) {
    revalidatePath('/messages');
    revalidatePath('/admin/dashboard/messages');
  }
  return result;
}
