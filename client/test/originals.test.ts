/** The original's actions, called as its pages call them, on a running server: all 99 of them. */

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { configure } from 'marina-guard-logbook-client';
import { LogType, Role } from 'marina-guard-logbook-client/types';
import { as, somebody, takeAll, token } from './people.js';
import { faultsOf, recorded } from './recorded.js';
import { startServer, type Server } from './server.js';

type Action = (...args: unknown[]) => Promise<unknown>;
// What an answer has is what is tested here; that it is typed so is for test/generated.
type Any = any;

let server: Server;
let refreshed: string[] = [];
const called = new Set<string>();

before(async () => {
  server = await startServer();
  configure({ baseUrl: server.url, token, refresh: (paths) => refreshed.push(...paths) });
  await takeAll();
});
after(() => server.stop());
beforeEach(() => as('admin'));

/** What an action answers, in the recorded form, and fit to be passed from a server to a browser. */
async function answerOf(key: string, args: unknown[]): Promise<Any> {
  const { module, name, result } = recorded.get(key)!;
  const action = ((await import(module)) as Record<string, Action>)[name]!;
  refreshed = [];
  const answer = await action(...args);
  assert.deepEqual(faultsOf(answer, result), [], key);
  assert.deepEqual(structuredClone(answer), answer);
  assert.ok(isPlain(answer), key);
  return answer;
}

/** The data of an action that succeeds, and has the recorded paths rendered anew. */
async function act(key: string, ...args: unknown[]): Promise<Any> {
  const answer = await answerOf(key, args);
  assert.ok(answer && (answer.ok ?? answer.success ?? true), JSON.stringify(answer));
  const { refreshes = [] } = recorded.get(key)!;
  const paths = refreshes.map((path) => new RegExp(`^${path.replace(/\$\{.*\}/, 'c[a-z0-9]{24}')}$`));
  assert.equal(refreshed.length, paths.length, key);
  paths.forEach((path, place) => assert.match(refreshed[place]!, path));
  called.add(key);
  return 'ok' in answer ? answer.data : answer;
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== 'object' || value === null) return typeof value !== 'function' && typeof value !== 'symbol';
  if (Object.getPrototypeOf(value) === Date.prototype) return true;
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}

const someMarina = async () =>
  (await act('locations.getActiveLocations')).find(({ name }: Any) => name !== 'HQ401').id as string;

/** A guard on duty, who calls. */
async function guardOnDuty() {
  const user = await somebody('GUARD');
  const locationId = await someMarina();
  return { user, locationId, session: await act('duty-session-actions.clockIn', { locationId, shiftId: '' }) };
}

async function supervisorOnDuty() {
  const user = await somebody('SUPERVISOR');
  return { user, session: await act('duty-session-actions.clockIn', {}) };
}

/** An entry of a guard on duty, who calls. The form offers UPDATED as the status of a new one. */
async function incident() {
  const guard = await guardOnDuty();
  const log = await act('logs.createLog', {
    type: 'INCIDENT',
    title: 'Fuel in the water',
    description: 'A sheen beside the fuel dock',
    locationId: guard.locationId,
    shiftId: '',
    status: 'UPDATED',
    severity: 'LOW',
    incidentTime: '2026-07-01T22:15',
    photoUrls: ['https://example.com/1.jpg'],
  });
  return { ...guard, log };
}

/** A timesheet of a guard whose duty is over. */
async function timesheet() {
  const { user, session } = await guardOnDuty();
  const { clockInTime, clockOutTime } = await act('duty-session-actions.clockOut', session.id, '');
  as('supervisor');
  const weekStartDate = clockInTime.toISOString();
  const people = await act('timesheet-actions.getUsersWithDutySessions', { weekStartDate });
  assert.ok(people.some(({ id }: Any) => id === user.id));
  const sheet = await act('timesheet-actions.generateTimesheet', { userId: user.id, weekStartDate });
  return { sheet, times: { clockInTime: weekStartDate, clockOutTime: clockOutTime.toISOString() } };
}

describe('a day with', () => {
  test('duty', async () => {
    const { session: guards } = await guardOnDuty();
    assert.equal((await act('duty-session-actions.getActiveDutySession')).id, guards.id);
    const locationId = await someMarina();
    const { session } = await supervisorOnDuty();
    assert.ok((await act('guards-actions.getGuardsOnDuty')).length > 1);
    const visit = await act('duty-session-actions.createLocationCheckIn', session.id, locationId, '');
    await act('duty-session-actions.checkoutFromLocation', visit.id);
    await act('duty-session-actions.supervisorClockOut', guards.id);
    await act('duty-session-actions.clockOut', session.id);
    assert.equal(await act('duty-session-actions.getActiveDutySession'), null);
  });

  test('people', async () => {
    const user = await somebody('GUARD');
    const profile = { firstName: 'Robin', lastName: 'Marsh', imageUrl: '', phone: '555-0100', state: '', zipCode: '' };
    assert.equal((await act('users.updateUserProfile', user.id, profile)).imageUrl, null);
    for (const action of ['user-actions.getCurrentUser', 'users.getCurrentUserAction', 'sync-user.getCurrentUser']) {
      assert.equal((await act(action)).firstName, 'Robin');
    }
    assert.equal((await act('sync-user.getCurrentUserWithSync')).id, user.id);
    assert.equal((await act('sync-user.syncUserToDatabase')).user.id, user.id);
    as('superadmin');
    assert.ok((await act('user-actions.getUsers')).length > 5);
    assert.equal((await act('users.getUserById', user.id)).id, user.id);
    await act('user-management-actions.updateUserRole', user.id, 'SUPERVISOR');
    assert.ok((await act('user-management-actions.archiveUser', user.id)).archivedAt);
    await act('user-management-actions.unarchiveUser', user.id);
    assert.equal((await act('user-management-actions.getAllUsersForManagement', 'robin marsh', 1, 10)).total, 1);
  });

  test('locations', async () => {
    const input = { name: 'Timber Point', description: null, address: '', maxCapacity: null, isActive: true };
    const { id } = await act('location-actions.createLocation', input);
    await act('location-actions.updateLocation', id, { maxCapacity: 4 });
    await act('location-actions.deleteLocation', id);
    assert.ok((await act('location-actions.getAllLocations')).locations.some((place: Any) => place.id === id));
    assert.ok((await act('location-actions.getAllLocationsAdmin')).some((place: Any) => place.maxCapacity === 4));
    assert.ok((await act('location-actions.getActiveLocations')).every((place: Any) => place.id !== id));
  });

  test('the logbook', async () => {
    const { log, locationId } = await incident();
    assert.equal(log.status, 'LIVE');
    assert.equal(log.photoUrls, '["https://example.com/1.jpg"]');
    assert.equal(log.videoUrls, null);
    const year = String(log.createdAt.getUTCFullYear());
    const found = await act('logs.getLogs', { locationId, year, month: '', type: '', search: 'fuel' });
    assert.ok(found.some(({ id }: Any) => id === log.id));
    assert.equal((await act('logs.getLogById', log.id)).title, log.title);
    assert.equal((await act('logs.updateLog', log.id, { title: 'Oil', shiftId: '', status: 'LIVE' })).title, 'Oil');
    assert.ok((await act('log-actions.getTotalLogsCount')) > 0);
    assert.ok((await act('log-actions.getLogsByLocation', locationId, 3)).length <= 3);
    as('supervisor');
    assert.ok((await act('log-actions.getIncidents')).some(({ id }: Any) => id === log.id));
    assert.equal((await act('incident-actions.reviewIncident', log.id, '')).reviewNotes, null);
    assert.equal(await act('logs.deleteLog', log.id), null);
  });

  test('incident reports', async () => {
    const [first, second] = [await incident(), await incident()];
    const supervisor = await somebody('SUPERVISOR');
    await act('incident-report-actions.getSupervisorsForNotification');
    assert.equal(await act('incident-report-actions.canGenerateIncidentReport'), true);
    assert.equal(await act('incident-report-actions.canCreateReportForLog', first.log.id), true);
    const signers = { supervisorAssignedId: supervisor.id, guardAssignedId: '' };
    const people = { ...signers, notifyUserIds: [] };
    const { id } = await act('incident-report-actions.createIncidentReport', first.log.id, people);
    const input = { ...signers, logId: second.log.id };
    const report = await act('incident-report-generation-actions.generateIncidentReport', input);
    assert.equal(report.log.user.id, second.user.id);
    assert.equal((await act('incident-report-generation-actions.getIncidentReport', id)).logId, first.log.id);
    assert.equal((await act('incident-report-generation-actions.getIncidentReportByLogId', first.log.id)).id, id);
    const signature = { reportId: id, signerType: 'supervisor', ipAddress: '10.0.0.1' };
    await act('incident-report-generation-actions.signIncidentReport', signature);
    assert.ok((await act('incident-report-generation-actions.getAllIncidentReports')).length >= 2);
  });

  test('shifts', async () => {
    const locationId = await someMarina();
    const times = { startTime: '2027-03-01T07:00', endTime: '2027-03-01T15:00' };
    const shift = await act('shift-actions.createShift', { name: 'Early', locationId, ...times, userAssignments: [] });
    await act('shift-actions.updateShift', shift.id, { name: 'Earlier' });
    const [found] = await act('shift-actions.getShifts', { startDate: '2027-03-01', endDate: '', locationId: '' });
    assert.equal(found.name, 'Earlier');
    assert.ok((await act('shift-actions.deleteShift', shift.id)).message);
    const pattern = await act('shift-actions.createRecurringPattern', {
      name: 'Nights',
      locationId,
      startTime: '22:00',
      endTime: '06:00',
      daysOfWeek: [1, 3],
      startDate: '2027-03-01',
      endDate: '',
    });
    assert.equal(pattern.daysOfWeek, '[1,3]');
    await act('shift-actions.updateRecurringPattern', pattern.id, { daysOfWeek: [5], endDate: null });
    assert.ok((await act('shift-actions.getRecurringPatterns')).some(({ daysOfWeek }: Any) => daysOfWeek === '[5]'));
    assert.ok((await act('shift-actions.deleteRecurringPattern', pattern.id)).message);
  });

  test('timesheets', async () => {
    const { sheet, times } = await timesheet();
    const { id } = sheet;
    assert.equal(typeof sheet.totalHours, 'number');
    await act('timesheet-actions.submitTimesheet', id);
    await act('timesheet-actions.rejectTimesheet', id, 'Clocked out late');
    const change = { entryId: sheet.entries[0].id, ...times, reason: 'As it was' };
    await act('timesheet-actions.adjustTimesheetEntry', change);
    await act('timesheet-actions.submitTimesheet', id);
    await act('timesheet-actions.approveTimesheet', id);
    assert.equal((await act('timesheet-actions.getTimesheetById', id)).status, 'APPROVED');
    assert.equal((await act('timesheet-actions.bulkApproveTimesheets', [id])).failed, 1);
    const approved = await act('timesheet-actions.getTimesheets', { status: 'APPROVED', userId: '' });
    assert.ok(approved.some((each: Any) => each.id === id));
    const other = await timesheet();
    assert.equal(await act('timesheet-actions.deleteTimesheet', other.sheet.id), null);
  });

  test('tours', async () => {
    await somebody('SUPERVISOR');
    const start = { carNumber: '7', radioNumber: '12', startingMileage: 100, title: '' };
    const { id } = await act('tour-actions.startTour', start);
    const stop = await act('tour-actions.createTourStop', {
      tourId: id,
      locationId: '',
      stopType: 'LOCATION_INSPECTION',
      title: 'North gate',
      observations: 'Locked',
      photoUrls: ['https://example.com/1.jpg'],
      guardUserId: '',
      issuesSeverity: '',
    });
    assert.equal(stop.photoUrls, '["https://example.com/1.jpg"]');
    assert.ok((await act('tour-actions.completeTourStop', stop.id)).departedAt);
    assert.equal((await act('tour-actions.getTourById', id)).tourStops[0].photoUrls, stop.photoUrls);
    const back = { endingMileage: 120, carReturned: true, radioReturned: true, keysReturned: true, notes: '' };
    await act('tour-actions.completeTour', id, back);
    const next = await act('tour-actions.startTour', start);
    assert.equal(await act('tour-actions.cancelTour', next.id, 'Rain'), null);
    assert.equal((await act('tour-actions.getTours', { status: 'CANCELLED', startDate: '' }))[0].id, next.id);
  });

  test('cars and radios', async () => {
    const kind = { make: 'Ford', model: 'Escape', year: 2024, vin: '' };
    const car = { ...kind, name: 'Car 99', mileage: 10, status: 'WORKING', locationId: '' };
    const radio = { name: 'Radio 99', serialNumber: '', status: 'WORKING' };
    const carId = (await act('vehicle-actions.createVehicle', car)).id;
    const radioId = (await act('radio-actions.createRadio', radio)).id;
    const { session } = await supervisorOnDuty();
    await act('supervisor-equipment-actions.getHQLocation');
    const cars = await act('supervisor-equipment-actions.getAvailableEquipment', 'CAR');
    assert.ok(cars.some(({ id }: Any) => id === carId));
    const out = { dutySessionId: session.id, carId, radioId, checkoutMileage: 10 };
    await act('supervisor-equipment-actions.checkoutEquipment', out);
    const back = { dutySessionId: session.id, checkinMileage: 12, notes: '' };
    await act('supervisor-equipment-actions.checkinEquipment', back);
    assert.equal((await act('supervisor-equipment-actions.getEquipmentCheckouts', session.id)).length, 1);
    as('admin');
    await act('vehicle-actions.updateVehicle', carId, { ...car, mileage: 12, status: 'OUT_OF_SERVICE' });
    await act('radio-actions.updateRadio', radioId, { ...radio, status: 'OUT_OF_SERVICE' });
    assert.equal((await act('vehicle-actions.getFleetInShop')).radios[0].id, radioId);
    assert.ok((await act('vehicle-actions.deleteVehicle', carId)).archivedAt);
    assert.ok((await act('radio-actions.deleteRadio', radioId)).archivedAt);
    assert.ok((await act('vehicle-actions.getVehicles')).every(({ id }: Any) => id !== carId));
    assert.ok((await act('radio-actions.getRadios')).every(({ id }: Any) => id !== radioId));
  });

  test('the checklist', async () => {
    const item = { name: 'Fire extinguisher at hand', description: null, order: 0, isActive: true };
    const { id } = await act('safety-checklist-actions.createSafetyChecklistItem', item);
    const items = [{ ...item, name: 'Lamps' }, { ...item, name: 'Ropes' }];
    assert.equal((await act('safety-checklist-actions.createMultipleSafetyChecklistItems', { items })).created, 2);
    await act('safety-checklist-actions.updateSafetyChecklistItem', id, { description: '' });
    await act('safety-checklist-actions.reorderSafetyChecklistItems', { items: [{ id, order: 99 }] });
    const all = await act('safety-checklist-actions.getAllSafetyChecklistItems');
    assert.ok(all.some((each: Any) => each.order === 99));
    await act('safety-checklist-actions.deleteSafetyChecklistItem', id);
    const { session, locationId } = await guardOnDuty();
    const [active] = await act('safety-checklist-actions.getSafetyChecklistItems');
    const checks = [{ itemId: active.id, checked: true, notes: '' }];
    const list = { dutySessionId: session.id, locationId, items: checks };
    assert.ok((await act('safety-checklist-actions.submitSafetyChecklist', list)).logId);
  });

  test('messages and notifications', async () => {
    const { user: guard } = await guardOnDuty();
    const { id } = await act('message-actions.sendGuardMessage', 'Is the ramp open?');
    await supervisorOnDuty();
    const conversations = await act('message-actions.getGuardConversations');
    assert.ok(conversations.some(({ guardId }: Any) => guardId === guard.id));
    assert.equal((await act('message-actions.getConversationThread', guard.id))[0].id, id);
    await act('message-actions.markMessageAsRead', id);
    await act('message-actions.sendSupervisorReply', guard.id, 'It is', id);
    as(guard);
    assert.equal((await act('message-actions.getMyMessages')).length, 2);
    const [told] = await act('notification-actions.getNotifications');
    await act('notification-actions.dismissNotification', told.id);
  });

  test('every action in it', () => {
    assert.equal(recorded.size, 99);
    assert.deepEqual([...recorded.keys()].filter((key) => !called.has(key)), []);
  });
});

describe("people who are not signed in are refused in the original's form by", () => {
  /** A value that fits the parameter at first sight. */
  const valueFor = ({ type }: { type: string }) => (/\{|unknown/.test(type) ? {} : type.startsWith('(') ? [] : 'c1');

  for (const [key, { parameters }] of recorded) {
    test(key, async () => {
      as('stranger');
      const answer = await answerOf(key, parameters.map(valueFor));
      assert.ok(!(answer?.ok ?? answer?.success), JSON.stringify(answer));
      assert.deepEqual(refreshed, []);
    });
  }
});

test("the enums of Prisma's client are values, too", () => {
  assert.equal(LogType.INCIDENT, 'INCIDENT');
  assert.deepEqual(Object.values(Role), ['SUPER_ADMIN', 'ADMIN', 'SUPERVISOR', 'GUARD']);
});

test('a filter that is no number is refused by its name', async () => {
  as('admin');
  const { ok, meta } = await answerOf('logs.getLogs', [{ year: 'soon' }]);
  assert.equal(ok, false);
  assert.deepEqual(Object.keys(meta.fieldErrors), ['year']);
});
