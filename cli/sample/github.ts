import type { Gap, JsonObject } from './json.ts';
import { directoryId, withValue, type Product, type Scene } from './product.ts';
import { iso } from './times.ts';

/** Actions of the audit category, with what each adds to an event. */
const ACTIONS: readonly ((scene: Scene) => JsonObject)[] = [
  () => ({ action: 'user.login', operation_type: 'authentication' }),
  // Here, and nowhere else, `org_id` is an array.
  ({ tenant }) => ({
    action: 'user.failed_login',
    operation_type: 'authentication',
    org_id: [tenant.organizationId],
  }),
  (scene) => ({
    action: 'repo.create',
    operation_type: 'create',
    visibility: 'private',
    ...repository(scene),
  }),
  (scene) => ({
    action: 'org.add_member',
    operation_type: 'create',
    permission: 'read',
    ...organization(scene),
  }),
  (scene) => ({ action: 'protected_branch.create', operation_type: 'create', ...repository(scene) }),
  (scene) => ({ action: 'personal_access_token.create', operation_type: 'create', ...token(scene) }),
];

function audit(scene: Scene): JsonObject {
  const { random, colleague } = scene;
  return {
    ...event(scene),
    created_at: Math.floor(scene.time),
    actor_is_bot: false,
    user: colleague.login,
    user_id: colleague.loginId,
    ...random.pick(ACTIONS)(scene),
  };
}

/** Git events have neither `created_at` nor `operation_type`, and placeholders where there is no user. */
function git(scene: Scene): JsonObject {
  return {
    ...event(scene),
    action: scene.random.pick(['git.clone', 'git.fetch', 'git.push']),
    ...repository(scene),
    ...token(scene),
    repository: `${scene.tenant.organization}/payroll`,
    repository_public: false,
    transport_protocol: 1,
    transport_protocol_name: 'http',
    user: '',
    user_id: 0,
  };
}

function api(scene: Scene): JsonObject {
  return {
    ...event(scene),
    action: 'api.request',
    created_at: Math.floor(scene.time),
    request_method: 'GET',
    route: '/repositories/:repository_id/contents/*',
    url_path: '/repositories/4711/contents/README.md',
    status_code: scene.random.pick([200, 200, 304, 404]),
    rate_limit_remaining: scene.random.integer(0, 5000),
    ...organization(scene),
    ...token(scene),
  };
}

function event({ random, person, time }: Scene): JsonObject {
  return {
    '@timestamp': Math.floor(time),
    _document_id: base64(random.hex(32), 'base64url'),
    actor: random.chance(0.1) ? 'dependabot[bot]' : person.login,
    actor_id: person.loginId,
    actor_ip: person.address,
    actor_location: { country_code: person.place.country },
    request_access_security_header: null,
    user_agent: 'git/2.51.0',
  };
}

function organization({ tenant }: Scene): JsonObject {
  return { org: tenant.organization, org_id: tenant.organizationId };
}

function repository(scene: Scene): JsonObject {
  return { ...organization(scene), repo: `${scene.tenant.organization}/payroll`, repo_id: 775_400_000 };
}

function token({ random }: Scene): JsonObject {
  return {
    hashed_token: base64(random.hex(64), 'base64'),
    programmatic_access_type: 'Fine-grained personal access token',
    token_id: random.integer(1, 999_999),
  };
}

function base64(hex: string, encoding: 'base64' | 'base64url'): string {
  return Buffer.from(hex, 'hex').toString(encoding);
}

/** One object a message; several would come as an array. */
function frame(records: readonly string[], gap: Gap): string {
  const text = records.map((record) => gap() + record + gap()).join(',');
  return records.length === 1 ? text : `[${text}]`;
}

export const github: Product = {
  source: 'github',
  makers: { audit, git, api },
  outline: (scene, category) => ({ ...event(scene), action: `${category}.request` }),
  habits: { present: 0.1, empty: 0.2, time: iso, deviceOf: directoryId },
  // There is nothing around an event, so that a copy of it is the same.
  redelivered: (record) => record,
  spoilers: [withValue('actor', 4711)],
  mostRecords: 1,
  frame,
};
