'use client';

import { useEffect, useState, useTransition } from 'react';

import { clockIn, clockOut, createLocationCheckIn, getActiveDutySession } from '@/lib/actions/duty';
import { getActiveLocations } from '@/lib/actions/locations';

type DutySession = Extract<Awaited<ReturnType<typeof getActiveDutySession>>, { ok: true }>['data'];

export default function DutyClock({ shiftId }: { shiftId?: string }) {
  const [session, setSession] = useState<DutySession>(null);
  const [locations, setLocations] = useState<{ id: string; name: string }[]>([]);
  const [locationId, setLocationId] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [pending, startTransition] = useTransition();

  const refresh = async () => {
    const [active, places] = await Promise.all([getActiveDutySession(), getActiveLocations()]);
    if (active.ok) setSession(active.data);
    if (places.ok) setLocations(places.data);
  };

  useEffect(() => void refresh(), []);

  const begin = () =>
    startTransition(async () => {
      const result = await clockIn({ locationId: locationId || undefined, shiftId });
      if (!result.ok) {
        setError(result.code === 'CONFLICT' ? 'You are on duty already.' : result.message);
        return;
      }
      setError(null);
      await refresh();
    });

  const visit = (dutySessionId: string) =>
    startTransition(async () => {
      const result = await createLocationCheckIn(dutySessionId, locationId, 'On my round');
      setError(result.ok ? null : result.message);
    });

  const end = (form: FormData) =>
    startTransition(async () => {
      if (!session) return;
      const result = await clockOut(session.id, String(form.get('notes') ?? ''));
      if (result.ok) setSession(null);
      else setError(result.message);
    });

  if (session) {
    const minutes = Math.round((Date.now() - session.clockInTime.getTime()) / 60_000);
    return (
      <form action={end}>
        <h2>{session.location?.name ?? 'Roaming'}</h2>
        <p>
          Since {session.clockInTime.toLocaleTimeString()} ({minutes} minutes)
          {session.shift && `, shift until ${session.shift.endTime.toLocaleTimeString()}`}
        </p>
        <ul>
          {session.locationCheckIns.map((visit) => (
            <li key={visit.id}>
              {visit.location.name}: {visit.checkInTime.toLocaleTimeString()} to{' '}
              {visit.checkOutTime?.toLocaleTimeString() ?? 'now'}
            </li>
          ))}
        </ul>
        <textarea name="notes" />
        <button type="button" onClick={() => visit(session.id)}>
          Check in here
        </button>
        <button disabled={pending}>Clock out</button>
      </form>
    );
  }
  return (
    <>
      <select value={locationId} onChange={(event) => setLocationId(event.target.value)}>
        {locations.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <button onClick={begin} disabled={pending}>
        Clock in
      </button>
      {error && <p role="alert">{error}</p>}
    </>
  );
}
