import { describe, expect, onTestFinished, test } from 'vitest';
import { describeFunctions, startHost } from '../../local/host/host.ts';
import { startHostProcess } from '../../local/host/host-process.ts';
import type { Vitals } from '../../local/host/vitals.ts';
import { appFolder, eventually, recordingHost } from './stack.ts';

/** A schedule that no test lives to see. */
const FAR = '0 0 0 29 2 *';

describe('an app that Azure would run empty is an Error', () => {
  test('an entry point that throws, with its name and reason', async () => {
    const starting = startHostProcess({ appFolder: appFolder('throws'), settings: {} });

    await expect(starting).rejects.toThrow(/throws\.ts cannot be loaded: the settings are wrong/);
  });

  test('entry points that register nothing', async () => {
    const starting = startHostProcess({ appFolder: appFolder('empty'), settings: {} });

    await expect(starting).rejects.toThrow('register no function');
  });

  test('no entry points at all', async () => {
    const starting = startHostProcess({ appFolder: appFolder('not-built'), settings: {} });

    await expect(starting).rejects.toThrow(
      /No file in .*not-built fits "main": "dist\/\*\.js". Has the app been built\?/,
    );
  });

  test('a setting that a trigger names and nobody has set', async () => {
    const starting = startHostProcess({ appFolder: appFolder('timers'), settings: {} });

    await expect(starting).rejects.toThrow(
      'Function eager: schedule names %SCHEDULE%, and there is no setting SCHEDULE.',
    );
  });

  test('a connection that nobody has set', async () => {
    const settings = {
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      BINARY_HUB: 'b',
      GROUP: 'g',
    };
    const starting = startHostProcess({ appFolder: appFolder('events'), settings });

    await expect(starting).rejects.toThrow(/There is no connection HubConnection: set HubConnection to/);
  });
});

test('what the process takes is told every second, where somebody wants to know', async () => {
  const told: Vitals[] = [];
  const host = await startHostProcess({
    appFolder: appFolder('timers'),
    settings: { SCHEDULE: FAR },
    onVitals: (vitals) => told.push(vitals),
  });
  onTestFinished(() => host.kill());

  await eventually(() => told.length).toBeGreaterThan(1);

  const [first, second] = told;
  expect(second?.at).toBeGreaterThan(first?.at ?? Infinity);
  expect(second?.cpu).toBeGreaterThan(first?.cpu ?? Infinity);
  expect(first?.rss).toBeGreaterThan(first?.heapTotal ?? Infinity);
  expect(first?.heapTotal).toBeGreaterThanOrEqual(first?.heapUsed ?? Infinity);
  expect(first?.loopDelay.max).toBeGreaterThanOrEqual(first?.loopDelay.p50 ?? Infinity);
});

describe('timers', () => {
  test('run on startup, on demand, and fail without harm to the host', async () => {
    const host = await recordingHost('timers', { SCHEDULE: FAR });
    await eventually(() => host.said('eager')).toHaveLength(1);

    await host.runTimer('eager');
    await expect(host.runTimer('broken')).rejects.toThrow('told to fail');
    await expect(host.runTimer('none')).rejects.toThrow('No timer none is running.');

    expect(host.said('eager')).toMatchObject([
      { isPastDue: false, schedule: { adjustForDST: true }, scheduleStatus: { last: '0001-01-01T00:00:00' } },
      { isPastDue: false, scheduleStatus: { next: '2028-02-29T00:00:00.000Z' } },
    ]);
    expect(host.ends.map(({ functionName, ok }) => [functionName, ok])).toEqual([
      ['eager', true],
      ['eager', true],
      ['broken', false],
    ]);
  });

  test('that are disabled do not run', async () => {
    const host = await recordingHost('timers', { SCHEDULE: FAR, 'AzureWebJobs.eager.Disabled': '1' });

    await expect(host.runTimer('eager')).rejects.toThrow('No timer eager is running.');
  });
});

describe('a host process', () => {
  test('that dies fails what waits for it', async () => {
    const host = await startHostProcess({ appFolder: appFolder('timers'), settings: { SCHEDULE: FAR } });

    await host.kill();

    await expect(host.runTimer('eager')).rejects.toThrow('The host process has ended.');
  });
});

test('in this process, once: hooks run in the order of the worker, settings are put back', async () => {
  const logs: string[] = [];
  const settings = { 'Some.Setting': 'for the app', PATH: undefined };
  const before = process.env['PATH'];
  const host = await startHost({
    appFolder: appFolder('misc'),
    settings,
    log: ({ message }) => logs.push(message),
  });
  onTestFinished(() => host.close());

  expect(process.env['Some.Setting']).toBe('for the app');
  await host.runTimer('tick');
  await host.runTimer('mended');
  await expect(startHost({ appFolder: appFolder('misc'), settings })).rejects.toThrow('only once');
  await host.close();

  expect(logs).toContain('[hook] after: seen, wrapped tick');
  expect(logs).toContain('queued: queueTrigger, not run by the local host');
  expect(describeFunctions(host)).toBe(
    [
      'Functions:',
      '\ttick: timerTrigger (0 0 3 * * *)',
      '\tmended: timerTrigger (0 0 3 * * *)',
      `\treport: [GET] ${host.http?.url}/api/report`,
      '\tqueued: queueTrigger (not run by the local host)',
    ].join('\n\n'),
  );
  expect(process.env).not.toHaveProperty('Some.Setting');
  expect(process.env['PATH']).toBe(before);
});
