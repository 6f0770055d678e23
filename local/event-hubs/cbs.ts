import type { Message } from 'rhea';
import { badArgument, entityNotFound, AmqpFault } from './errors.ts';
import type { Hubs } from './hubs.ts';
import type { Answer } from './request-reply.ts';

export const CBS_NODE = '$cbs';

/**
 * Answers a `put-token`, the claim that a client makes before every link. That the hub it names exists is all that is
 * asked: whoever wants the token itself checked (it is the body of the request) does it here.
 */
export function answerPutToken(hubs: Hubs, request: Message): Answer | AmqpFault {
  const { operation, name } = request.application_properties ?? {};
  if (operation !== 'put-token') return badArgument(`$cbs knows put-token, not '${operation}'.`);
  const audience = String(name);
  try {
    hubs.get(hubOfAudience(audience));
    return { status: 202, description: 'Accepted' };
  } catch (error) {
    if (error instanceof AmqpFault) return entityNotFound(audience);
    throw error;
  }
}

/** The audience is the address of what the token is for, such as `sb://localhost:5672/hub/Partitions/0`. */
function hubOfAudience(audience: string): string {
  const [, hub = ''] = /^\w+:\/\/[^/]+\/([^/]+)/.exec(audience) ?? [];
  return decodeURIComponent(hub);
}
