import { readFileSync } from 'node:fs';
import { createCast } from '../cli/sample/cast.ts';
import type { JsonObject } from '../cli/sample/json.ts';
import { setScene, type Maker, type Scene } from '../cli/sample/product.ts';
import { createRandom } from '../cli/sample/random.ts';
import { sampleStream } from '../cli/sample/stream.ts';
import { iso, isoOffset } from '../cli/sample/times.ts';
import { isJson } from '../shared/json/json-bytes.ts';

interface CorpusShape {
  readonly seed: number;
  readonly messages: number;
  readonly recordsPerMessage: number;
}

/** A and B have makers of their own: figures of different days compare only if the bytes stay the same. */
const START = Date.UTC(2026, 10, 20, 10);

/** 200 messages of 250 sign-ins of about 1.1 KB, with distinct ids, names and addresses. */
export function corpusA(): Buffer[] {
  return makeCorpus(signIn, { seed: 1, messages: 200, recordsPerMessage: 250 });
}

/** 2,000 messages of 10 activities of about 640 bytes. */
export function corpusB(): Buffer[] {
  return makeCorpus(administrative, { seed: 2, messages: 2_000, recordsPerMessage: 10 });
}

/**
 * Messages of all products, as `sluice sample` makes them, those that are one JSON value: records of a hundred categories, most messages
 * with many of them. The bytes change with what the sample is made of.
 */
export function corpusC(): Buffer[] {
  const sample = sampleStream({ seed: 3, start: START, messages: 1_000, faults: 0, onLines: true });
  return [...sample].map(({ body }) => body).filter(isJson);
}

export const CORPORA = { A: corpusA, B: corpusB, C: corpusC } as const;

/** One of them by its name, or what is in a file. */
export function corpusOf(nameOrFile: string): Buffer[] {
  return isNamed(nameOrFile) ? CORPORA[nameOrFile]() : corpusFromFile(nameOrFile);
}

function isNamed(text: string): text is keyof typeof CORPORA {
  return Object.hasOwn(CORPORA, text);
}

/** Messages out of a file, one a line, each with the bytes that it has there. */
export function corpusFromFile(path: string): Buffer[] {
  const bytes = readFileSync(path);
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    const line = bytes.subarray(start, bytes[end - 1] === 0x0d ? end - 1 : end);
    if (line.length > 0) lines.push(line);
    start = end + 1;
  }
  return lines;
}

function makeCorpus(make: Maker, { seed, messages, recordsPerMessage }: CorpusShape): Buffer[] {
  const random = createRandom(seed);
  const cast = createCast(random);
  let time = START;
  const message = () => {
    const records = Array.from({ length: recordsPerMessage }, () => make(setScene(random, cast, time++)));
    return Buffer.from(JSON.stringify({ records }));
  };
  return Array.from({ length: messages }, message);
}

function signIn({ random, tenant, person, app, time }: Scene): JsonObject {
  const address = `2001:db8:${random.hex(4)}:${random.hex(4)}::${random.hex(4)}`;
  const name = `${person.name} ${random.hex(6)}`;
  const correlationId = random.guid();
  return {
    time: iso(time),
    resourceId: `/tenants/${tenant.id}/providers/Microsoft.aadiam`,
    operationName: 'Sign-in activity',
    operationVersion: '1.0',
    category: 'SignInLogs',
    tenantId: tenant.id,
    resultType: '0',
    resultSignature: 'None',
    durationMs: 0,
    callerIpAddress: address,
    correlationId,
    identity: name,
    Level: 4,
    location: person.place.country,
    properties: {
      id: random.guid(),
      createdDateTime: isoOffset(time),
      userDisplayName: name,
      userPrincipalName: `${person.account}.${random.hex(6)}@${tenant.domain}`,
      userId: random.guid(),
      appId: app.id,
      appDisplayName: app.name,
      ipAddress: address,
      status: { errorCode: 0 },
      clientAppUsed: 'Browser',
      deviceDetail: { deviceId: random.guid(), operatingSystem: person.device.os },
      location: { city: person.place.city, countryOrRegion: person.place.country },
      conditionalAccessStatus: 'notApplied',
      riskLevelDuringSignIn: 'none',
    },
  };
}

function administrative({ random, tenant, person, time }: Scene): JsonObject {
  const resource = `/subscriptions/${tenant.subscription}/resourceGroups/rg-${random.hex(4)}`;
  return {
    time: iso(time),
    resourceId: resource.toUpperCase(),
    operationName: 'MICROSOFT.RESOURCES/SUBSCRIPTIONS/RESOURCEGROUPS/WRITE',
    category: 'Administrative',
    resultType: 'Success',
    resultSignature: 'Succeeded.OK',
    durationMs: String(random.integer(0, 4000)),
    callerIpAddress: person.address,
    correlationId: random.guid(),
    level: 'Informational',
    tenantId: tenant.id,
    properties: {
      eventCategory: 'Administrative',
      entity: resource,
      message: 'Microsoft.Resources/write',
    },
  };
}
