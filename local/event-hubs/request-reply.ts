import type { EventContext, Message, Receiver } from 'rhea';
import { AmqpFault } from './errors.ts';

/** Requests that a client's link may have under way. */
const REQUEST_CREDIT = 100;

export interface Answer {
  readonly status: number;
  readonly description: string;
  readonly body?: unknown;
}

/**
 * Serves a node like `$cbs`: requests come in on one link, and answers go out on the other link of the same session,
 * with the request's message id as their correlation id.
 */
export function serveRequests(
  receiver: Receiver,
  node: string,
  answerRequest: (request: Message, reply: (answer: Answer | AmqpFault) => void) => void,
): void {
  receiver.set_credit_window(REQUEST_CREDIT);
  receiver.add_credit(REQUEST_CREDIT);
  receiver.on('message', ({ message, delivery }: EventContext) => {
    delivery?.accept();
    if (message) answerRequest(message, (answer) => sendReply(receiver, node, message, answer));
  });
}

function sendReply(receiver: Receiver, node: string, request: Message, answer: Answer | AmqpFault): void {
  const sender = receiver.session.find_sender(
    (link: { source?: { address?: unknown } }) => link.source?.address === node,
  );
  const isFault = answer instanceof AmqpFault;
  sender?.send({
    ...(request.reply_to !== undefined && { to: request.reply_to }),
    ...(request.message_id !== undefined && { correlation_id: request.message_id }),
    application_properties: {
      'status-code': answer.status,
      'status-description': isFault ? answer.message : answer.description,
      ...(isFault && { 'error-condition': answer.condition }),
    },
    body: isFault ? undefined : answer.body,
  });
}
