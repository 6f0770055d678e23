import { expect, test } from 'vitest';
import changeBySomeoneNew from '../functions/categories/change-by-someone-new.ts';
import githubRepositoryExposed from '../functions/categories/github-repository-exposed.ts';
import passwordGuessed from '../functions/categories/password-guessed.ts';
import severeDefenderAlerts from '../functions/categories/severe-defender-alerts.ts';
import { tableAlerts } from '../shared/azure/alerts.ts';
import { azureLedgerTable } from '../shared/azure/ledger-table.ts';
import { callCategoryFunctions } from '../shared/category-functions/category-functions.ts';
import type { CategoryFunctionsDeps, RecordsBatch } from '../shared/category-functions/category-functions.ts';
import { tableState } from '../shared/category-functions/state.ts';
import { DAY, SECOND } from '../shared/time.ts';
import { webhookTo } from '../shared/category-functions/webhook.ts';
import { startHttpSite } from './support/http-site.ts';
import { START } from './support/messages.ts';
import { batchOf, categoryBench, recordsMessage } from './support/records-messages.ts';
import { azuriteTables } from './support/azurite-tables.ts';

const newTable = azuriteTables();

/** Two instances of the app over the same tables, with clients of their own, and a webhook that listens. */
async function twoInstances() {
  const { tableName: alertsTable } = newTable();
  const { tableName: stateTable } = newTable();
  const site = await startHttpSite(() => ({ status: 204 }));
  const instance = (): CategoryFunctionsDeps => {
    const states = azureLedgerTable(newTable(stateTable));
    const alerts = tableAlerts(
      newTable(alertsTable),
      webhookTo(site.url, async () => {}),
    );
    return { ...categoryBench().deps, alerts, stateOf: (name) => tableState(states, name, () => START) };
  };
  const rows = async (): Promise<Record<string, unknown>[]> => {
    const found: Record<string, unknown>[] = [];
    for await (const row of newTable(alertsTable).listEntities()) found.push(row);
    return found;
  };
  const told = (): string[] =>
    site.received.map(({ body }) => (JSON.parse(body.toString()) as { id: string }).id);
  return { instances: [instance(), instance()] as const, rows, told };
}

let sent = 0;

function messageOf(category: string, ...records: readonly object[]): RecordsBatch {
  return batchOf(
    recordsMessage(
      category,
      records.map((record) => JSON.stringify(record)),
      { sequenceNumber: ++sent },
    ),
  );
}

function signIn(resultType: string, at: number) {
  const createdDateTime = new Date(START + at).toISOString();
  return {
    resultType,
    tenantId: 'contoso',
    properties: { createdDateTime, userPrincipalName: 'mia@example.com' },
  };
}

function roleAssignment(days: number, id: string) {
  const activityDateTime = new Date(START + days * DAY).toISOString();
  const initiatedBy = { user: { id } };
  return {
    tenantId: 'contoso',
    properties: { activityDateTime, activityDisplayName: 'Add member to role', initiatedBy },
  };
}

function defenderAlert(table: string, facts: object) {
  return messageOf(`defender/${table}`, { tenantId: 'contoso', properties: { AlertId: 'a1', ...facts } });
}

const SCENARIOS: readonly [string, string, number, readonly RecordsBatch[]][] = [
  [
    'failed sign-ins and a success',
    passwordGuessed.name,
    11,
    [
      messageOf('entra/SignInLogs', ...Array.from({ length: 5 }, (_, i) => signIn('50126', i * SECOND))),
      messageOf('entra/SignInLogs', ...Array.from({ length: 5 }, (_, i) => signIn('50126', 10 + i * SECOND))),
      messageOf('entra/SignInLogs', signIn('0', 60 * SECOND)),
    ],
  ],
  [
    'a role assigned by someone new',
    changeBySomeoneNew.name,
    1,
    [
      messageOf('entra/AuditLogs', roleAssignment(0, 'bob')),
      messageOf('entra/AuditLogs', roleAssignment(20, 'ada')),
    ],
  ],
  [
    'a repository made public',
    githubRepositoryExposed.name,
    1,
    [messageOf('github/audit', { '@timestamp': START, action: 'repo.access', visibility: 'public' })],
  ],
  [
    'an alert of high severity with its evidence',
    severeDefenderAlerts.name,
    2,
    [
      defenderAlert('AlertInfo', { Severity: 'High' }),
      defenderAlert('AlertEvidence', { EntityType: 'User' }),
    ],
  ],
];

test.each(SCENARIOS)(
  '%s: one row and one call, delivered twice, to one instance and the other',
  async (_, name, records, batches) => {
    const { instances, rows, told } = await twoInstances();

    for (const deps of [...instances, ...instances])
      for (const batch of batches) await callCategoryFunctions(batch, deps);

    const found = await rows();
    expect(found).toMatchObject([{ partitionKey: name, notified: expect.any(String) as string }]);
    expect(JSON.parse(String(found[0]?.['records']))).toHaveLength(records);
    expect(told()).toEqual([`${name}/${String(found[0]?.['rowKey'])}`]);
  },
);

test.each(SCENARIOS)('%s: one row, from two instances side by side', async (_, name, records, batches) => {
  const { instances, rows, told } = await twoInstances();
  const [first, second] = instances;
  // The role is learnt first: who is new depends on it.
  const learnt = name === changeBySomeoneNew.name ? batches.slice(0, 1) : [];
  const rest = batches.slice(learnt.length);
  for (const batch of learnt) await callCategoryFunctions(batch, first);

  await Promise.all([
    (async () => {
      for (const batch of rest) await callCategoryFunctions(batch, first);
    })(),
    (async () => {
      for (const batch of rest.toReversed()) await callCategoryFunctions(batch, second);
    })(),
  ]);

  const found = await rows();
  expect(found).toMatchObject([{ partitionKey: name }]);
  expect(JSON.parse(String(found[0]?.['records']))).toHaveLength(records);
  expect(new Set(told())).toEqual(new Set([`${name}/${String(found[0]?.['rowKey'])}`]));
});
