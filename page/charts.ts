import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';
import type { ChartConfiguration, ChartDataset } from 'chart.js';
import { find } from './dom.ts';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

type Kind = 'line' | 'bar';

export interface Drawing {
  readonly labels: readonly string[];
  readonly datasets: readonly ChartDataset<Kind, (number | null)[]>[];
  readonly stacked?: boolean;
  /** Which labels stand at the axis; as many as there is room for, unless given. */
  readonly isRound?: (i: number) => boolean;
  /** Writes a figure of the axis. */
  readonly write: (value: number) => string;
  /** What the chart shows, for those who do not see it. */
  readonly summary: string;
}

const drawn = new Map<string, { chart: Chart<Kind, (number | null)[]>; redraw: () => void }>();

export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Draws into a canvas, or draws it anew; `drawing` is asked again when light becomes dark. */
export function draw(id: string, kind: Kind, drawing: () => Drawing): void {
  const redraw = (): void => {
    const { chart } = drawn.get(id) ?? {};
    const { type: _, data, options } = configuration(kind, drawing());
    if (!chart || !options) return;
    chart.data = data;
    chart.options = options;
    chart.update('none');
  };
  const now = drawing();
  const canvas = find(id);
  if (!(canvas instanceof HTMLCanvasElement)) throw new Error(`#${id} is no canvas.`);
  canvas.setAttribute('aria-label', now.summary);
  const before = drawn.get(id);
  const chart = before?.chart ?? new Chart(canvas, configuration(kind, now));
  drawn.set(id, { chart, redraw });
  if (before) redraw();
}

export function redrawAll(): void {
  for (const { redraw } of drawn.values()) redraw();
}

function configuration(
  kind: Kind,
  { labels, datasets, stacked = false, isRound, write }: Drawing,
): ChartConfiguration<Kind, (number | null)[]> {
  const [muted, line, card, ink] = [colour('muted'), colour('line'), colour('card'), colour('ink')];
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
  return {
    type: kind,
    data: { labels: [...labels], datasets: [...datasets] },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      elements: { point: { radius: 0, hitRadius: 8 }, line: { borderWidth: 1.5, tension: 0 } },
      scales: {
        x: {
          stacked,
          grid: { display: false },
          border: { color: line },
          ticks: {
            color: muted,
            font,
            maxRotation: 0,
            autoSkipPadding: 24,
            ...(isRound && {
              autoSkip: false,
              callback: (_value, i) => (isRound(i) ? labels[i] : null),
            }),
          },
        },
        y: {
          stacked,
          beginAtZero: true,
          border: { display: false },
          grid: { color: line },
          ticks: { color: muted, font, maxTicksLimit: 6, callback: (value) => write(Number(value)) },
        },
      },
      plugins: {
        tooltip: {
          backgroundColor: ink,
          titleColor: card,
          bodyColor: card,
          bodyFont: font,
          titleFont: font,
          padding: 10,
          cornerRadius: 6,
          boxPadding: 4,
          // As they lie on each other.
          itemSort: (a, b) => (stacked ? b.datasetIndex - a.datasetIndex : a.datasetIndex - b.datasetIndex),
          callbacks: { label: ({ dataset, parsed }) => ` ${dataset.label ?? ''}  ${write(parsed.y ?? 0)}` },
        },
      },
    },
  };
}
