export { configure } from './call.js';
export type { ActionResult, Failure, FailureCode, FailureMeta, Settings } from './call.js';
export * from './generated/index.js';
