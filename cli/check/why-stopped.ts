import { isDisabled } from '../../local/host/settings.ts';
import { blobService } from '../../shared/azure/clients.ts';
import { CHECKPOINT_CONTAINER } from '../../shared/azure/probe.ts';
import { storageFailure } from '../../shared/azure/storage-error.ts';
import type { Config } from '../../shared/settings/config.ts';
import { hostOf } from '../../shared/settings/connection.ts';
import { functionNames } from '../../shared/function-names.ts';
import type { Head } from '../../shared/ledger/ledger-rows.ts';
import type { Partition } from '../../shared/message.ts';
import { MINUTE } from '../../shared/time.ts';
import type { FoundSettings } from '../found-settings.ts';
import { count } from '../format.ts';
import type { ConnectedHub } from '../source-hub.ts';
import type { HubWatch } from './watch-hub.ts';

/** Where the record was not seen in time, what was seen instead, and what it most likely means. */
export interface Stopped {
  readonly before: 'decided' | 'archived' | 'passed on';
  readonly problem: string;
  readonly remedy: string;
}

export interface Evidence {
  readonly settings: Pick<FoundSettings, 'env'>;
  readonly config: Pick<Config, 'hostStorage' | 'sourceHubs'>;
  readonly source: ConnectedHub;
  readonly sent: { readonly partition: Partition; readonly before: number };
  /** The ledger's row of the partition: when the record was sent, and now. */
  readonly first: Head | undefined;
  readonly head: Head | undefined;
  readonly watch: HubWatch | undefined;
}

export async function whyStopped(before: Stopped['before'], evidence: Evidence): Promise<Stopped> {
  const { head, sent } = evidence;
  const isDecided = lastOf(head) > sent.before;
  const why = isDecided ? afterDecision(before, evidence) : await beforeDecision(evidence);
  return { before, ...why };
}

type Why = Omit<Stopped, 'before'>;

function lastOf(head: Head | undefined): number {
  return head?.runs.at(-1)?.last ?? -1;
}

/** The ledger has not come to the record: nobody reads the partition, or somebody is behind, or fails. */
async function beforeDecision(evidence: Evidence): Promise<Why> {
  const { settings, config, source, sent, first, head } = evidence;
  const [name = 'ingest'] = functionNameOf(source, config);
  const waiting = sent.before - lastOf(head);
  if (isDisabled(name, settings.env))
    return {
      problem: `The function ${name} is disabled.`,
      remedy: `Take the setting AzureWebJobs.${name}.Disabled away.`,
    };
  const owned = await lastOwned(evidence);
  if (owned === undefined || Date.now() - owned > LONGEST_OWNERSHIP)
    return {
      problem:
        `No host holds the partition in the consumer group ${source.source.consumerGroup}` +
        (owned === undefined
          ? '.'
          : `; the last one that did was heard of at ${new Date(owned).toISOString()}.`),
      remedy:
        `The app is not deployed, is stopped, or does not start (its log says which settings are wrong), or its function ${name} is ` +
        `disabled (AzureWebJobs.${name}.Disabled).`,
    };
  if (lastOf(head) > lastOf(first))
    return {
      problem: `The app is behind: ${count(waiting, 'message')} of the partition come before the record, and fewer from minute to minute.`,
      remedy: 'Wait longer (--timeout 15m), and see /api/report for the lag and what it takes to catch up.',
    };
  return {
    problem: `A host holds the partition, and has decided nothing since the record was sent${waiting > 0 ? `; ${count(waiting, 'message')} come before it` : ''}.`,
    remedy:
      'Its invocations fail and are tried again, or wait for more messages (maxWaitTime in host.json): see the log of the function ' +
      `${name}, and what sluice check says without --trace.`,
  };
}

/** The load balancer renews what it holds every 10 to 30 seconds, and loses it after a minute or two. */
const LONGEST_OWNERSHIP = 3 * MINUTE;

function functionNameOf({ source }: ConnectedHub, { sourceHubs }: Evidence['config']): string[] {
  const names = functionNames(
    'ingest',
    sourceHubs.map(({ hub }) => hub),
  );
  return names.filter(
    (_, i) => sourceHubs[i]?.hub === source.hub && sourceHubs[i].connection === source.connection,
  );
}

/** When a host last said that the partition is its own; undefined where none does. */
async function lastOwned({ config, source, sent }: Evidence): Promise<number | undefined> {
  const { hub, consumerGroup } = source.source;
  const host = hostOf(source.connection).replace(/:\d+$/, '');
  const name = `${host}/${hub}/${consumerGroup}/ownership/${sent.partition.id}`.toLowerCase();
  const blob = blobService(config.hostStorage).getContainerClient(CHECKPOINT_CONTAINER).getBlobClient(name);
  try {
    const { metadata, lastModified } = await blob.getProperties();
    // A host that stops in good order takes its name out.
    return metadata?.['ownerid'] ? lastModified?.getTime() : undefined;
  } catch (error) {
    if (storageFailure(error)?.status !== 404) throw error;
    return undefined;
  }
}

function afterDecision(before: Stopped['before'], { head, watch }: Evidence): Why {
  if (before !== 'passed on')
    return {
      problem: 'The ledger has decided on the record, and it is not in the archive.',
      remedy:
        'Its block is staged and not committed yet: the next batch of the partition or the timer settle does that. If the archive ' +
        'refuses it, sluice check says why; the log of the function says what it met.',
    };
  if (watch?.failure())
    return {
      problem: `The records hub could not be read to the end: ${watch.failure()?.message}`,
      remedy: 'Somebody else reads in the consumer group: name another with --consumer-group.',
    };
  const behind = head?.backlog?.hubs ?? [];
  return behind.length > 0
    ? {
        problem: `The records hub takes nothing: ${behind.join(', ')} is behind, and what is for it waits in the archive.`,
        remedy:
          'sluice check --send says why. The timer catch-up passes it on when the hub is back; nothing is lost.',
      }
    : {
        problem: 'The record is in the archive, and has not come to the records hub.',
        remedy:
          'An instance was stopped in between, and the timer settle passes it on within five minutes; or the app has other settings than ' +
          'those found here (SLUICE_FAN_OUT, SLUICE_RULES, SLUICE_RECORDS_HUB).',
      };
}
