/**
 * What the functions are made of. Loaded with the first call (`await import`), as it brings the SDKs along: loading them takes longer than
 * everything else of a start, and nobody calls a function before it is registered.
 */
export { capacityParts } from './capacity-parts.ts';
export { categoryFunctionParts } from './category-function-parts.ts';
export { healthChecks } from './health-parts.ts';
export { catchUpParts, inFlight, pipelineParts, settleQuietParts } from './pipeline-parts.ts';
export { reports } from './report-parts.ts';
export { retentionParts } from './retention-parts.ts';
export { forgetState } from './state-parts.ts';
