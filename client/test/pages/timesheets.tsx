'use client';

import { useState } from 'react';

import {
  adjustTimesheetEntry,
  bulkApproveTimesheets,
  generateTimesheet,
  getTimesheets,
  getUsersWithDutySessions,
  rejectTimesheet,
} from '@/lib/actions/timesheets';

type Result<T> = { ok: true; data: T } | { ok: false; message: string };

async function dataOf<T>(call: Promise<Result<T>>): Promise<T> {
  const result = await call;
  if (!result.ok) throw new Error(result.message);
  return result.data;
}

export function TimesheetTable({ weekStart }: { weekStart: Date }) {
  const [hours, setHours] = useState<Record<string, number>>({});
  const [errors, setErrors] = useState<string[]>([]);

  const load = async () => {
    const sheets = await dataOf(getTimesheets({ weekStartDate: weekStart, status: 'PENDING' }));
    setHours(Object.fromEntries(sheets.map((sheet) => [sheet.user.lastName, sheet.totalHours])));
    return sheets;
  };

  const generateAll = async () => {
    const people = await dataOf(getUsersWithDutySessions({ weekStartDate: weekStart.toISOString() }));
    for (const person of people) {
      const result = await generateTimesheet({ userId: person.id, weekStartDate: weekStart });
      if (!result.ok && result.code !== 'CONFLICT') setErrors((before) => [...before, result.message]);
    }
  };

  const approveAll = async () => {
    const sheets = await load();
    const { approved, failed, errors } = await dataOf(bulkApproveTimesheets(sheets.map(({ id }) => id)));
    setErrors(failed ? errors : [`${approved} approved`]);
  };

  const lateOut = async (sheetId: string) => {
    const sheet = (await load()).find(({ id }) => id === sheetId);
    const entry = sheet?.entries[0];
    if (!entry) return;
    const clockOutTime = new Date(entry.clockOutTime.getTime() + 15 * 60_000);
    await dataOf(rejectTimesheet(sheetId, 'Clocked out late'));
    await dataOf(
      adjustTimesheetEntry({ entryId: entry.id, clockInTime: entry.clockInTime, clockOutTime, reason: 'Late' }),
    );
  };

  return (
    <table onClick={load}>
      <caption onClick={generateAll}>{weekStart.toDateString()}</caption>
      <tbody>
        {Object.entries(hours).map(([name, total]) => (
          <tr key={name} onClick={() => lateOut(name)}>
            <td>{name}</td>
            <td>{total.toFixed(2)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot onClick={approveAll}>{errors.join(', ')}</tfoot>
    </table>
  );
}
