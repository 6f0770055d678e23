/** @file Counts the records of a span by their tenant or subscription, as `scopeOf` of shared/judge/scope.ts tells it. */

import { indexOf, startsWith } from './ascii';
import { SUBSCRIPTIONS } from './resource-id';
import {
  CAPITAL_RESOURCE_ID,
  kindIn,
  NULL,
  ORG,
  placeOf,
  RESOURCE_ID,
  STRING,
  TENANT_ID,
  UNSURE,
} from './slots';
import { areSame } from './tables';

/** Longer ones are no ids. In bytes. */
const LONGEST_SCOPE: usize = 100;
const SLASH: u8 = 0x2f;

/** A tenant or subscription that records have named. */
@unmanaged
class Scope {
  /** In the span. */
  records: u32 = 0;
  length: usize = 0;
  // Behind them its text, and as much more as is read at once.
}
export const SCOPE_BYTES: usize = offsetof<Scope>() + LONGEST_SCOPE + 16;

/** So many are known at once, of hostile ones too; then all are forgotten. */
const MOST_SCOPES: usize = 256;
export const scopes = heap.alloc(MOST_SCOPES * SCOPE_BYTES);
let known: usize = 0;
/** Grows whenever they are forgotten, and numbers stand for others. */
export let generation: u32 = 0;

/** The numbers of those that records of the span have, four bytes each. */
export const counted = heap.alloc(MOST_SCOPES * 4);
export let countedScopes: u32 = 0;

/** Where the scope stands that was found last; of no length where there is none. */
let scopeStart: usize = 0;
let scopeLength: usize = 0;

/** What `numberOfScope` answers where there is none, where nobody can say, and where there is no room for another. */
export const NO_SCOPE: i32 = -1;
export const UNSURE_SCOPE: i32 = -2;

export function beginScopes(): void {
  for (let i: u32 = 0; i < countedScopes; i++) scopeAt(load<u32>(counted + 4 * i)).records = 0;
  countedScopes = 0;
  if (known < MOST_SCOPES / 2) return;
  known = 0;
  generation++;
}

/** Of the record that was walked over last. */
export function numberOfScope(): i32 {
  scopeLength = 0;
  if (!findScope()) return UNSURE_SCOPE;
  if (scopeLength == 0) return NO_SCOPE;
  // Neighbours mostly are of one tenant or of few.
  for (let number = known; number-- > 0;) {
    const scope = scopeAt(number as u32);
    if (scope.length == scopeLength && areSame(textOf(scope), scopeStart, scopeLength)) return number as i32;
  }
  return known == MOST_SCOPES ? UNSURE_SCOPE : newScope();
}

function newScope(): i32 {
  const scope = scopeAt(known as u32);
  scope.records = 0;
  scope.length = scopeLength;
  memory.copy(textOf(scope), scopeStart, scopeLength);
  return known++ as i32;
}

export function countScope(number: i32): void {
  if (number == NO_SCOPE) return;
  const scope = scopeAt(number as u32);
  if (scope.records++ == 0) store<u32>(counted + 4 * countedScopes++, number as u32);
}

function scopeAt(number: u32): Scope {
  return changetype<Scope>(scopes + (number as usize) * SCOPE_BYTES);
}

function textOf(scope: Scope): usize {
  return changetype<usize>(scope) + offsetof<Scope>();
}

/** False where a text that counts holds escapes. */
function findScope(): bool {
  const resource = isNothing(kindIn(RESOURCE_ID)) ? CAPITAL_RESOURCE_ID : RESOURCE_ID;
  return findIn(resource, true) && findIn(TENANT_ID, false) && findIn(ORG, false);
}

function isNothing(kind: u32): bool {
  return kind == 0 || kind == NULL;
}

/** Looks for the scope in a slot, unless it has been found. */
function findIn(slot: usize, isResource: bool): bool {
  const kind = kindIn(slot);
  if (scopeLength > 0 || !(kind & STRING)) return true;
  if (kind & UNSURE) return false;
  const place = placeOf(slot);
  const start = place.start + 1;
  const end = place.end - 1;
  if (isResource) noteSubscription(start, end);
  else noteScope(start, end);
  return true;
}

function noteSubscription(start: usize, end: usize): void {
  if (!startsWith(SUBSCRIPTIONS, start, end)) return;
  const from = start + SUBSCRIPTIONS.length;
  noteScope(from, indexOf(SLASH, from, end));
}

function noteScope(start: usize, end: usize): void {
  if (end - start > LONGEST_SCOPE) return;
  scopeStart = start;
  scopeLength = end - start;
}
