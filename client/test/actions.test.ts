/** The actions, called as the pages call them, on a running server. */

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { configure, signIn, signOut, signUp, type ActionResult, type Failure } from 'marina-guard-logbook-client';
import {
  createMultipleSafetyChecklistItems,
  getAllSafetyChecklistItems,
  getSafetyChecklistItems,
  submitSafetyChecklist,
} from 'marina-guard-logbook-client/checklist';
import { clockIn, clockOut, getActiveDutySession, getGuardsOnDuty } from 'marina-guard-logbook-client/duty';
import {
  checkinEquipment,
  checkoutEquipment,
  getAvailableEquipment,
  getEquipmentCheckouts,
} from 'marina-guard-logbook-client/equipment';
import { createVehicle, getFleetInShop, getRadios, getVehicles, updateVehicle } from 'marina-guard-logbook-client/fleet';
import {
  canCreateReportForLog,
  createIncidentReport,
  getAllIncidentReports,
  getIncidentReportByLogId,
  signIncidentReport,
} from 'marina-guard-logbook-client/incident-reports';
import { getIncidents, reviewIncident } from 'marina-guard-logbook-client/incidents';
import { createLocation, getActiveLocations, getAllLocationsAdmin } from 'marina-guard-logbook-client/locations';
import {
  createLog,
  deleteLog,
  getLogById,
  getLogs,
  getLogsByLocation,
  getTotalLogsCount,
  updateLog,
} from 'marina-guard-logbook-client/logs';
import {
  getGuardConversations,
  getMyMessages,
  sendGuardMessage,
  sendSupervisorReply,
} from 'marina-guard-logbook-client/messages';
import { dismissNotification, getNotifications } from 'marina-guard-logbook-client/notifications';
import {
  createShift,
  generateRecurringShifts,
  getRecurringPatterns,
  getShifts,
  updateRecurringPattern,
} from 'marina-guard-logbook-client/shifts';
import {
  adjustTimesheetEntry,
  bulkApproveTimesheets,
  generateTimesheet,
  getTimesheetById,
  getTimesheets,
  getUsersWithDutySessions,
  submitTimesheet,
} from 'marina-guard-logbook-client/timesheets';
import { cancelTour, completeTourStop, createTourStop, getTours, startTour } from 'marina-guard-logbook-client/tours';
import {
  getAllUsersForManagement,
  getCurrentUser,
  getUserById,
  getUsers,
  updateUserRole,
} from 'marina-guard-logbook-client/users';
import { as, data, PASSWORD, somebody, take, takeAll, token } from './people.js';
import { startServer, type Server } from './server.js';

let server: Server;
before(async () => {
  server = await startServer();
  configure({ baseUrl: server.url, token });
  await takeAll();
});
after(() => server.stop());
beforeEach(() => as('admin'));

/** Why an action refused. */
function failure(result: ActionResult<unknown>): Failure {
  assert.ok(!result.ok);
  return result;
}

const someMarina = async () => data(await getActiveLocations()).find(({ name }) => name !== 'HQ401')!;

/** A guard on duty, who calls. */
async function guardOnDuty() {
  const user = await somebody('GUARD');
  const session = data(await clockIn({ locationId: (await someMarina()).id }));
  return { user, session, locationId: session.locationId! };
}

async function incident() {
  const guard = await guardOnDuty();
  const log = data(
    await createLog({
      type: 'INCIDENT',
      title: 'Fuel in the water',
      description: 'A sheen beside the fuel dock',
      locationId: guard.locationId,
      severity: 'LOW',
      incidentTime: new Date('2026-07-01T22:15:00Z'),
    }),
  );
  return { ...guard, log };
}

describe('every group', () => {
  test('auth: who signs up can sign in, and out', async () => {
    const user = data(
      await signUp({ firstName: 'Robin', lastName: 'Marsh', email: 'robin@example.com', password: PASSWORD }),
    );
    await take('robin@example.com');
    as(user);
    assert.equal(data(await getCurrentUser()).id, user.id);
    assert.equal(data(await signOut()), undefined);
    assert.equal(failure(await getCurrentUser()).code, 'UNAUTHORIZED');
  });

  test('users: single arguments in their order', async () => {
    const user = await somebody('GUARD');
    as('superadmin');
    assert.equal(data(await updateUserRole(user.id, 'SUPERVISOR')).role, 'SUPERVISOR');
    const { users, total } = data(await getAllUsersForManagement(undefined, 2, 3));
    assert.equal(users.length, 3);
    assert.ok(total > 20);
    assert.ok(data(await getAllUsersForManagement('some body')).users.some(({ id }) => id === user.id));
  });

  test('locations', async () => {
    const created = data(await createLocation({ name: 'Timber Point', maxCapacity: 4 }));
    assert.ok(data(await getActiveLocations()).some(({ id }) => id === created.id));
  });

  test('duty: an optional argument may be left out', async () => {
    const { session } = await guardOnDuty();
    assert.equal(data(await getActiveDutySession())?.id, session.id);
    const ended = data(await clockOut(session.id));
    assert.ok(ended.clockOutTime! >= ended.clockInTime);
    assert.equal(data(await getActiveDutySession()), null);
  });

  test('logs: an entry is written, changed, found and archived', async () => {
    const { locationId } = await guardOnDuty();
    const log = data(await createLog({ type: 'PATROL', title: 'Round 1', description: 'All quiet', locationId }));
    assert.equal(data(await updateLog(log.id, { title: 'Round 2', status: 'LIVE' })).title, 'Round 2');
    const { createdAt } = data(await getLogById(log.id));
    const today = { year: createdAt.getUTCFullYear(), month: createdAt.getUTCMonth(), dayOfWeek: createdAt.getUTCDay() };
    assert.ok(data(await getLogs({ search: 'round 2', ...today })).some(({ id }) => id === log.id));
    assert.equal(data(await deleteLog(log.id)), undefined);
  });

  test('incidents', async () => {
    const { log } = await incident();
    as('supervisor');
    assert.ok(data(await getIncidents()).some(({ id }) => id === log.id));
    assert.equal(data(await reviewIncident(log.id, 'Well done')).reviewNotes, 'Well done');
  });

  test('incident-reports: an id for the path comes in the object, as does what the API ignores', async () => {
    const { log, user } = await incident();
    const supervisor = await somebody('SUPERVISOR');
    assert.equal(data(await canCreateReportForLog(log.id)), true);
    assert.equal(data(await getIncidentReportByLogId(log.id)), null);
    const signers = { supervisorAssignedId: supervisor.id, guardAssignedId: user.id, notifyUserIds: [] };
    const { id: reportId } = data(await createIncidentReport(log.id, signers));
    const report = data(await signIncidentReport({ reportId, signerType: 'supervisor', ipAddress: '10.0.0.1' }));
    assert.ok(report.supervisorSignedAt);
    assert.equal(report.guardSignedAt, null);
  });

  test('shifts: times go in as dates or as texts, and come out as dates', async () => {
    const { id: locationId } = await someMarina();
    const times = { startTime: new Date('2027-03-01T07:00:00Z'), endTime: '2027-03-01T15:00' };
    const shift = data(await createShift({ name: 'Early', locationId, ...times }));
    assert.equal(shift.endTime.toISOString(), '2027-03-01T15:00:00.000Z');
    const [found] = data(await getShifts({ startDate: times.startTime, endDate: '2027-03-01' }));
    assert.equal(found?.id, shift.id);
    const pattern = data(await getRecurringPatterns()).find(({ isActive }) => isActive)!;
    const span = { startDate: '2030-01-06', endDate: '2030-01-12' };
    assert.equal(data(await generateRecurringShifts(pattern.id, span)).length, pattern.daysOfWeek.length);
  });

  test('timesheets: a list of ids is a single argument', async () => {
    const { session, user } = await guardOnDuty();
    const { clockInTime, ...ended } = data(await clockOut(session.id, 'Done'));
    as('supervisor');
    assert.ok(data(await getUsersWithDutySessions({ weekStartDate: clockInTime })).some(({ id }) => id === user.id));
    const sheet = data(await generateTimesheet({ userId: user.id, weekStartDate: clockInTime }));
    const entryId = sheet.entries[0]!.id;
    const clockOutTime = ended.clockOutTime!.toISOString();
    const adjusted = data(await adjustTimesheetEntry({ entryId, clockInTime, clockOutTime, reason: 'As it was' }));
    assert.equal(adjusted.entries[0]!.wasAdjusted, true);
    data(await submitTimesheet(sheet.id));
    assert.equal(data(await bulkApproveTimesheets([sheet.id])).approved, 1);
    assert.ok(data(await getTimesheetById(sheet.id)).approvedAt instanceof Date);
  });

  test('tours', async () => {
    await somebody('SUPERVISOR');
    const tour = data(await startTour({ carNumber: '7', radioNumber: '12', startingMileage: 100 }));
    assert.equal(tour.incompleteTourWarning, null);
    const stop = data(await createTourStop({ tourId: tour.id, title: 'North gate', observations: 'Locked' }));
    assert.ok(data(await completeTourStop(stop.id)).departedAt instanceof Date);
    assert.equal(data(await cancelTour(tour.id)), undefined);
    assert.equal(data(await getTours({ status: 'CANCELLED' }))[0]?.id, tour.id);
  });

  test('fleet: one answer of two lists', async () => {
    const car = { name: 'Car 99', make: 'Ford', model: 'Escape', year: 2024, mileage: 10, status: 'WORKING' as const };
    const { id } = data(await createVehicle(car));
    data(await updateVehicle(id, { ...car, status: 'OUT_OF_SERVICE' }));
    assert.equal(data(await getFleetInShop()).vehicles[0]?.id, id);
  });

  test('equipment', async () => {
    const [car] = data(await getAvailableEquipment('CAR'));
    const [radio] = data(await getAvailableEquipment('RADIO'));
    const { mileage } = data(await getVehicles()).find(({ id }) => id === car!.id)!;
    await somebody('SUPERVISOR');
    const { id: dutySessionId } = data(await clockIn());
    data(await checkoutEquipment({ dutySessionId, carId: car!.id, radioId: radio!.id, checkoutMileage: mileage }));
    data(await checkinEquipment({ dutySessionId, checkinMileage: mileage + 3 }));
    assert.equal(data(await getEquipmentCheckouts(dutySessionId))[0]?.checkinMileage, mileage + 3);
  });

  test('checklist', async () => {
    const { session, locationId } = await guardOnDuty();
    const items = data(await getSafetyChecklistItems()).slice(0, 2);
    const checks = items.map(({ id }) => ({ itemId: id, checked: true }));
    const { logId } = data(await submitSafetyChecklist({ dutySessionId: session.id, locationId, items: checks }));
    assert.equal(data(await getLogById(logId)).type, 'ON_DUTY_CHECKLIST');
  });

  test('messages', async () => {
    const { user } = await guardOnDuty();
    const question = data(await sendGuardMessage('Is the ramp open?'));
    await somebody('SUPERVISOR');
    data(await clockIn({}));
    const answer = data(await sendSupervisorReply(user.id, 'It is', question.id));
    as(user);
    assert.deepEqual(data(await getMyMessages()), [question, answer]);
  });

  test('notifications', async () => {
    const { user } = await guardOnDuty();
    await somebody('SUPERVISOR');
    data(await clockIn());
    as(user);
    const told = data(await getNotifications()).find(({ dismissible }) => dismissible)!;
    assert.equal(data(await dismissNotification(told.id)), undefined);
    assert.ok(data(await getNotifications()).every(({ id }) => id !== told.id));
  });
});

describe('refusals', () => {
  test('without a token', async () => {
    as('stranger');
    const { code, message, meta } = failure(await getLogs());
    assert.equal(code, 'UNAUTHORIZED');
    assert.ok(message);
    assert.equal(meta.status, 401);
    assert.match(meta.requestId!, /^\w+$/);
  });

  test('of a role', async () => {
    as('guard');
    assert.equal(failure(await getUsers()).code, 'FORBIDDEN');
  });

  test('of an unknown id', async () => {
    assert.equal(failure(await getUserById('cnobody')).code, 'NOT_FOUND');
  });

  for (const id of ['', '.', '..', 'a/b', '?', '#']) {
    test(`of an id that would lead elsewhere: '${id}'`, async () => {
      assert.equal(failure(await getUserById(id)).code, 'NOT_FOUND');
    });
  }

  test('of what the state of things forbids', async () => {
    const { locationId } = await guardOnDuty();
    assert.equal(failure(await clockIn({ locationId })).code, 'CONFLICT');
  });

  test('of wrong input, by field', async () => {
    const { locationId } = await guardOnDuty();
    const result = await createLog({ type: 'OTHER', title: '', description: 'x', locationId, photoUrls: ['no address'] });
    const { code, message, meta } = failure(result);
    assert.equal(code, 'VALIDATION');
    assert.equal(meta.status, 422);
    assert.deepEqual(Object.keys(meta.fieldErrors), ['title', 'photoUrls.0']);
    assert.ok(message.startsWith(`title: ${meta.fieldErrors['title']![0]}`));
  });

  test('of values that contradict each other: no single field is wrong', async () => {
    const { id: locationId } = await someMarina();
    const times = { startTime: new Date('2027-01-02'), endTime: new Date('2027-01-01') };
    const { code, message, meta } = failure(await createShift({ name: 'Backwards', locationId, ...times }));
    assert.equal(code, 'VALIDATION');
    assert.deepEqual(meta.fieldErrors, {});
    assert.equal(message, 'endTime must be after startTime');
  });

  test('of a date that is none, which would otherwise delete', async () => {
    const [pattern] = data(await getRecurringPatterns());
    const { code, meta } = failure(await updateRecurringPattern(pattern!.id, { endDate: new Date('') }));
    assert.equal(code, 'VALIDATION');
    assert.deepEqual(Object.keys(meta.fieldErrors), ['endDate']);
    assert.deepEqual(Object.keys(failure(await getShifts({ startDate: new Date('') })).meta.fieldErrors), ['startDate']);
  });

  test('of too many wrong passwords', async () => {
    let result = await signIn({ username: 'nobody@example.com', password: 'wrong' });
    for (let tries = 0; tries < 10; tries++) {
      assert.equal(failure(result).code, 'UNAUTHORIZED');
      result = await signIn({ username: 'nobody@example.com', password: 'wrong' });
    }
    const { code, meta } = failure(result);
    assert.equal(code, 'TOO_MANY_REQUESTS');
    assert.ok(meta.retryAfter! > 0);
  });
});

describe('lists', () => {
  test('of more than 500 rows arrive whole', async () => {
    for (const hundred of [0, 1, 2, 3, 4, 5]) {
      const items = Array.from({ length: 100 }, (_, number) => ({ name: `Check ${hundred * 100 + number}` }));
      assert.equal(data(await createMultipleSafetyChecklistItems({ items })).created, 100);
    }
    const all = data(await getAllSafetyChecklistItems());
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    assert.equal(all.filter(({ name }) => /^Check \d+$/.test(name)).length, 600);
  });

  test('end where they are asked to', async () => {
    const [location] = data(await getAllLocationsAdmin()).filter(({ name }) => name === 'Bay Shore Marina');
    assert.equal(data(await getLogsByLocation(location!.id, 3)).length, 3);
    assert.equal(data(await getLogsByLocation(location!.id)).length, 20);
    assert.equal(failure(await getLogsByLocation(location!.id, 0)).code, 'VALIDATION');
  });

  test('of what is most urgent stay the first ten', async () => {
    const { user } = await guardOnDuty();
    await somebody('SUPERVISOR');
    for (let notices = 0; notices < 11; notices++) {
      data(await clockOut(data(await clockIn()).id));
    }
    as(user);
    assert.equal(data(await getNotifications()).length, 10);
  });
});

describe('dates', () => {
  const ANSWERS: Record<string, () => Promise<ActionResult<unknown>>> = {
    'users?limit=500': getUsers,
    'users/me': getCurrentUser,
    'users/management': getAllUsersForManagement,
    'locations/management': getAllLocationsAdmin,
    'duty-sessions/on-duty': getGuardsOnDuty,
    'logs?limit=500': getLogs,
    incidents: getIncidents,
    'incident-reports': getAllIncidentReports,
    'shifts?limit=500': getShifts,
    'recurring-patterns': getRecurringPatterns,
    timesheets: getTimesheets,
    tours: getTours,
    vehicles: getVehicles,
    radios: getRadios,
    'fleet/in-shop': getFleetInShop,
    notifications: getNotifications,
    conversations: getGuardConversations,
    'logs/count': getTotalLogsCount,
  };
  const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

  for (const [path, action] of Object.entries(ANSWERS)) {
    test(`are all the moments of /${path}, and nothing else differs from the JSON`, async () => {
      const headers = { Authorization: `Bearer ${token()}` };
      const json = await (await fetch(`${server.url}/api/v1/${path}`, { headers })).text();
      const expected: unknown = JSON.parse(json, (_, value) => (MOMENT.test(value) ? new Date(value) : value));
      const answer = data(await action());
      const told = Array.isArray(expected) && Array.isArray(answer) ? answer.slice(0, expected.length) : answer;
      assert.deepEqual(told, expected);
    });
  }

  test('are not made of texts that look like one', async () => {
    const { locationId } = await guardOnDuty();
    const title = '2026-01-01T00:00:00.000Z';
    const log = data(await createLog({ type: 'OTHER', title, description: 'x', locationId }));
    assert.equal(log.title, title);
    assert.ok(log.createdAt instanceof Date);
  });

  test('are sent to the millisecond', async () => {
    const { log } = await incident();
    assert.deepEqual(log.incidentTime, new Date('2026-07-01T22:15:00Z'));
  });
});
