import type { LedgerProof } from '../shared/capacity/report.ts';
import { REASONS } from '../shared/take-apart/reasons.ts';
import type { Report } from '../shared/report/report.ts';
import { bar, figure, find, make, setRows, setText, show, small } from './dom.ts';
import { whole } from './format.ts';

export function renderProof({ live: { proof } }: Report): void {
  const { records, archived, deadLettered, excluded, balanced } = proof;
  find('proof').replaceChildren(
    line('', 'Records in', records),
    line('=', 'Archived', archived),
    line('+', 'Dead-lettered', deadLettered),
    line('+', 'Excluded by a rule', excluded),
    ...Object.entries(proof.excludedByRule).map(([rule, n]) => line('', `of which by “${rule}”`, n, 'muted')),
  );
  const verdict = find('proof-verdict');
  verdict.classList.toggle('bad', !balanced);
  setText('proof-verdict', verdictOf(proof));
  find('proof-more').replaceChildren(
    ...fact('Messages they came in', proof.messages),
    ...fact('Passed on to a records hub', proof.passedOn),
    ...fact('Records that do not fit their schema', proof.invalid),
    ...fact('Broken messages that were salvaged', proof.salvagedMessages),
  );
}

function verdictOf({ records, archived, deadLettered, excluded, balanced }: LedgerProof): string {
  if (balanced) return records === 0 ? 'Nothing to add up.' : 'It adds up.';
  return `It does not add up: ${whole(records - archived - deadLettered - excluded)} are missing.`;
}

export function renderLetters({ live: { proof } }: Report): void {
  const reasons = Object.entries(proof.deadLettersByReason).toSorted(([, a], [, b]) => b - a);
  show('letters', reasons.length > 0);
  show('letters-empty', reasons.length === 0);
  show('letters-hint', reasons.length > 0);
  setRows(
    'letters',
    reasons.map(([reason, n]) => [
      { content: [reason, small(meaningOf(reason))] },
      { content: [bar(n / proof.deadLettered)] },
      figure(whole(n)),
    ]),
  );
}

function meaningOf(reason: string): string {
  return Object.entries(REASONS).find(([name]) => name === reason)?.[1] ?? '';
}

function line(sign: string, name: string, n: number, style = ''): HTMLElement {
  const attributes = style === '' ? {} : { class: style };
  return make('div', attributes, make('dt', {}, make('span', {}, sign), name), make('dd', {}, whole(n)));
}

function fact(name: string, n: number): HTMLElement[] {
  return [make('dt', {}, name), make('dd', {}, whole(n))];
}
