import { readFileSync } from 'node:fs';
import { lagOf, STRETCHES } from './sample.ts';
import type { Percentiles, Sample } from './sample.ts';
import type { SoakResult } from './run-soak.ts';

interface Line {
  readonly label: string;
  readonly data: readonly { readonly x: number; readonly y: number | undefined }[];
}

/** One document with all that it needs: the charts, what draws them, and the words of the summary. */
export function pageOf(result: SoakResult, summary: string): string {
  const charts = Object.entries(chartsOf(result)).map(([title, lines]) => ({ title, lines }));
  const library = readFileSync(new URL('chart.umd.min.js', import.meta.resolve('chart.js')), 'utf8');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8" />
<title>Soak of ${result.began}</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color-scheme: light }
  pre { font-size: 12px; white-space: pre-wrap; background: #f5f5f5; padding: 1rem }
  canvas { max-height: 20rem; margin: 1rem 0 2rem }
</style>
<h1>Soak of ${result.began}</h1>
<pre>${escaped(summary)}</pre>
${charts.map((_, i) => `<canvas id="chart-${i}"></canvas>`).join('\n')}
<script>${library.replaceAll('</script', String.raw`<\/script`)}</script>
<script>
  const charts = ${JSON.stringify(charts.map(configOf)).replaceAll('<', String.raw`\u003c`)};
  charts.forEach((config, i) => new Chart(document.getElementById('chart-' + i), config));
</script>
</html>
`;
}

/** By title, with the unit. */
function chartsOf({ samples, stretches, traffic }: SoakResult): Record<string, Line[]> {
  const begin = samples[0]?.at ?? 0;
  const over = (label: string, figureOf: (sample: Sample, before: Sample) => number): Line => ({
    label,
    data: samples.map((sample, i) => ({
      x: (sample.at - begin) / 60_000,
      y: figureOf(sample, samples[i - 1] ?? sample),
    })),
  });
  const stretchMinutes = traffic.elapsedMs / STRETCHES / 60_000;
  const latency = (station: 'archived' | 'passedOn', of: keyof Percentiles): Line => ({
    label: `${station === 'archived' ? 'archived' : 'passed on'}, ${of}`,
    data: stretches.map(({ [station]: percentiles }, i) => ({
      x: (i + 0.5) * stretchMinutes,
      y: percentiles[of],
    })),
  });
  return {
    "The app's memory, MB": [
      over('resident', ({ rss }) => rss / 1e6),
      over('heap used', ({ heapUsed }) => heapUsed / 1e6),
      over('external', ({ external }) => external / 1e6),
    ],
    'Latency since the source hub had the message, ms': (['archived', 'passedOn'] as const).flatMap(
      (station) => (['p50', 'p95', 'p99'] as const).map((of) => latency(station, of)),
    ),
    'Lag, messages': [
      over('source hub', (sample) => lagOf(sample).ingest),
      over('records hub', (sample) => lagOf(sample).categoryFunctions),
    ],
    "Delay of the app's event loop, ms": [
      over('p50', ({ loopDelay }) => loopDelay.p50),
      over('p99', ({ loopDelay }) => loopDelay.p99),
      over('max', ({ loopDelay }) => loopDelay.max),
    ],
    'Cores in use': [
      over('the app', (sample, before) => (sample.cpu - before.cpu) / Math.max(1, sample.at - before.at)),
      over('load of the machine', ({ load }) => load),
    ],
  };
}

/** For Chart.js. */
function configOf({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  return {
    type: 'line',
    data: { datasets: lines.map((line) => ({ ...line, pointRadius: 0, borderWidth: 1.5 })) },
    options: {
      animation: false,
      scales: {
        x: { type: 'linear', title: { display: true, text: 'minutes' } },
        y: { beginAtZero: true },
      },
      plugins: { title: { display: true, text: title, align: 'start' } },
    },
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
