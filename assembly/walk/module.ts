/** @file What `shared/judge/walk-module.ts` declares of it. */

export { guessCategory } from './category';
export { tellMisfits } from './misfits';
export { counted, SCOPE_BYTES, scopes } from './scopes';
export { kinds, places, resources, SLOTS } from './slots';
export { ends, gather, keyEnds, keys, scopeOfRecord, span } from './span';
export { addField, addPresence, newChoice, newFields, newValue, window, WINDOW_BYTES } from './tables';
export { findingsAt, open, unseen, walk } from './walk';
