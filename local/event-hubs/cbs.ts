import type { Connection, Message } from 'rhea';
import type { Access } from './access.ts';
import { badArgument, entityNotFound, AmqpFault } from './errors.ts';
import type { Hubs } from './hubs.ts';
import type { Answer } from './request-reply.ts';

export const CBS_NODE = '$cbs';

const NOT_FOUND = 404;

/** Answers a `put-token`, the claim that a client makes before every link. The token is the body of the request. */
export function answerPutToken(
  hubs: Hubs,
  access: Access,
  connection: Connection,
  request: Message,
): Answer | AmqpFault {
  const { operation, name } = request.application_properties ?? {};
  if (operation !== 'put-token') return badArgument(`$cbs knows put-token, not '${operation}'.`);
  const audience = String(name);
  const hub = hubOfAudience(audience);
  try {
    access.admit(connection, hub, String(request.body));
    hubs.get(hub);
    return { status: 202, description: 'Accepted' };
  } catch (error) {
    if (!(error instanceof AmqpFault)) throw error;
    return error.status === NOT_FOUND ? entityNotFound(audience) : error;
  }
}

/** The audience is the address of what the token is for, such as `sb://localhost:5672/hub/Partitions/0`. */
function hubOfAudience(audience: string): string {
  const [, hub = ''] = /^\w+:\/\/[^/]+\/([^/]+)/.exec(audience) ?? [];
  return decodeURIComponent(hub);
}
