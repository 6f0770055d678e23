import type { CapacityReport } from '../shared/capacity/report.ts';
import type { Report } from '../shared/report/report.ts';
import { renderCapacity } from './capacity.ts';
import { redrawAll } from './charts.ts';
import { find, setText, show } from './dom.ts';
import { minutes, time } from './format.ts';
import { renderGlance } from './glance.ts';
import { renderLag } from './lag.ts';
import { createPoll } from './poll.ts';
import { renderLetters, renderProof } from './proof.ts';
import { renderCost, renderRetention } from './retention.ts';
import { renderCategories, renderThroughput } from './throughput.ts';
import type { Unit } from './throughput.ts';
import { renderTrend } from './trend.ts';
import { renderBacklog, renderDrift, renderSilent } from './watch.ts';

let shown: Report | undefined;

const poll = createPoll({ onReport, onFailure, onState });

function onReport(report: Report): void {
  shown = report;
  show('problem', false);
  find('main').setAttribute('aria-busy', 'false');
  // A hidden canvas has no size: charts are drawn after their sections are shown.
  showCapacity(report);
  renderGlance(report);
  renderThroughput(report, unit());
  renderCategories(report);
  renderProof(report);
  renderLetters(report);
  renderSilent(report);
  renderDrift(report);
  renderBacklog(report);
  if (report.capacity) renderCapacityParts(report, report.capacity);
}

function renderCapacityParts(report: Report, capacity: CapacityReport): void {
  renderCapacity(capacity);
  renderLag(report, capacity);
  renderTrend(capacity);
  renderRetention(capacity);
  renderCost(capacity);
}

function showCapacity({ capacity, capacityMissing, generatedAt }: Report): void {
  show('no-capacity', capacity === null);
  for (const section of document.querySelectorAll<HTMLElement>('[data-capacity]')) {
    section.hidden = capacity === null;
  }
  setText(
    'no-capacity-text',
    capacityMissing === 'other-version'
      ? 'The last capacity report is of another version of Sluice. It is replaced when the timer “capacity” runs next.'
      : 'There is no capacity report yet. The timer “capacity” works one out every 15 minutes: units, tiers, lag, cost. It appears here by itself.',
  );
  if (!capacity) return;
  const measured = `measured over ${minutes(capacity.window.minutes)}, at ${time(capacity.generatedAt, generatedAt)}`;
  for (const note of document.querySelectorAll('[data-measured]')) note.textContent = measured;
}

function onFailure(message: string): void {
  setText('problem', shown ? `${message} What is shown is older.` : message);
  show('problem', true);
  if (!shown) setText('headline', 'The figures could not be read.');
}

function onState({ paused, failing }: { readonly paused: boolean; readonly failing: boolean }): void {
  const dot = document.querySelector('.dot');
  dot?.classList.toggle('off', paused);
  dot?.classList.toggle('bad', failing && !paused);
  const at = shown ? `${shown.generatedAt.slice(11, 19)} UTC` : '';
  setText('updated-text', shown ? `${paused ? 'Paused at' : 'Updated'} ${at}` : 'Not read yet');
  const button = find('pause');
  button.setAttribute('aria-pressed', String(paused));
}

function unit(): Unit {
  return document.querySelector('input[name="unit"][value="records"]:checked') ? 'records' : 'bytes';
}

find('window').addEventListener('change', ({ target }) => {
  if (target instanceof HTMLSelectElement) poll.setWindow(Number(target.value));
});
find('pause').addEventListener('click', () => poll.togglePause());
for (const input of document.querySelectorAll('input[name="unit"]')) {
  input.addEventListener('change', () => {
    if (shown) renderThroughput(shown, unit());
  });
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll);

poll.start();
