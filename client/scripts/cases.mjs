/**
 * What neither the recorded signatures nor the API's description say, one line a case, with its reason.
 *
 * The keys are `<file>.<function>`. All else is derived: a function calls the action of its own name with its own
 * arguments, a recorded `data: null` is null, and a recorded text where the API has a list is the list as JSON.
 */

/** What is called instead. */
export const CALLS = {
  'users.getCurrentUserAction': 'logbook.getCurrentUser()', // another name for it
  'sync-user.syncUserToDatabase': 'logbook.getCurrentUser()', // the API takes new people in by itself
  'sync-user.getCurrentUserWithSync': 'logbook.getCurrentUser()', // the same
  'radio-actions.deleteRadio': 'archived(id, logbook.getRadios, logbook.deleteRadio)', // answered the archived row
  'vehicle-actions.deleteVehicle': 'archived(id, logbook.getVehicles, logbook.deleteVehicle)', // the same
};

/** Arguments that the original took in a wider type than the API, which checks the values itself. */
export const WIDER = {
  'logs.getLogs': 'params', // filters come from the address of the page, as texts
  'timesheet-actions.getTimesheets': 'params', // the same
  'tour-actions.getTours': 'params', // the same
  'logs.createLog': 'data', // the form offers every status
  'tour-actions.createTourStop': 'data', // the kind of stop and the severity are any text
  'radio-actions.createRadio': 'data', // unknown
  'radio-actions.updateRadio': 'data', // unknown
  'vehicle-actions.createVehicle': 'data', // unknown
  'vehicle-actions.updateVehicle': 'data', // unknown
};

/** What is made of the API's data. */
export const DATA = {
  'shift-actions.deleteShift': "() => ({ message: 'The shift is deleted.' })", // the API answers nothing
  'shift-actions.deleteRecurringPattern': "() => ({ message: 'The pattern is deleted.' })", // the same
  'incident-report-generation-actions.generateIncidentReport': 'withAuthor', // the API tells less of the author
  'incident-report-generation-actions.signIncidentReport': 'withAuthor', // the same
  'incident-report-generation-actions.getIncidentReport': 'withAuthor', // the same
  'incident-report-generation-actions.getIncidentReportByLogId': '(report) => report && withAuthor(report)', // the same
  'incident-report-generation-actions.getAllIncidentReports': '(reports) => reports.map(withAuthor)', // the same
};

/** Answers without `ok`. */
export const BARE = {
  'sync-user.getCurrentUser': 'result.ok ? result.data : null',
  'sync-user.getCurrentUserWithSync': 'result.ok ? result.data : null',
  'sync-user.syncUserToDatabase':
    'result.ok ? { success: true, user: result.data } : { success: false, error: result.message }',
  'location-actions.getAllLocations':
    'result.ok ? { success: true, locations: result.data } : { success: false, error: result.message, locations: [] }',
};

/** What the paths that are rendered anew call an argument. */
export const PATHS = {
  'validation.data.': 'data.', // the original's checked copy of the argument
};
