import { MAX_NON_EPOCH_RECEIVERS } from './limits.ts';

/**
 * A refusal in the terms of AMQP: a link is detached, a delivery rejected or a request answered with it. The texts are
 * Azure's, because clients read them: `@azure/core-amqp` knows a missing entity by its text alone.
 */
export class AmqpFault extends Error {
  override readonly name = 'AmqpFault';
  readonly condition: string;
  /** For answers on `$cbs` and `$management`, which carry the status of an HTTP answer. */
  readonly status: number;

  constructor(condition: string, status: number, description: string) {
    super(description);
    this.condition = condition;
    this.status = status;
  }

  toAmqp(): { condition: string; description: string } {
    return { condition: this.condition, description: this.message };
  }
}

export const entityNotFound = (entity: string) =>
  new AmqpFault('amqp:not-found', 404, `The messaging entity '${entity}' could not be found.`);

export const partitionNotFound = (partitionCount: number) =>
  new AmqpFault(
    'com.microsoft:argument-out-of-range',
    400,
    `The specified partition is invalid for an EventHub partition sender or receiver. ` +
      `It should be between 0 and ${partitionCount - 1}.`,
  );

export const messageTooLarge = (size: number, limit: number) =>
  new AmqpFault(
    'amqp:link:message-size-exceeded',
    403,
    `The received message (size:${size} bytes) exceeds the limit (${limit} bytes) currently allowed on the link.`,
  );

export const epochStolen = (epoch: number, olderEpoch: number) =>
  new AmqpFault(
    'amqp:link:stolen',
    410,
    `New receiver with higher epoch of '${epoch}' is created hence current receiver with epoch '${olderEpoch}' is ` +
      `getting disconnected. If you are recreating the receiver, make sure a higher epoch is used.`,
  );

export const epochTooLow = (epoch: number, existing: number) =>
  new AmqpFault(
    'amqp:link:stolen',
    410,
    `Receiver with a higher epoch '${existing}' already exists. Receiver with epoch ${epoch} cannot be created. ` +
      `Make sure you are creating receiver with increasing epoch value to ensure connectivity, or ensure all old ` +
      `epoch receivers are closed or disconnected.`,
  );

export const epochRequired = (existing: number) =>
  new AmqpFault(
    'amqp:link:stolen',
    410,
    `At least one receiver for the endpoint is created with epoch of '${existing}', and so non-epoch receiver is not ` +
      `allowed. Either reconnect with a higher epoch, or make sure all epoch receivers are closed or disconnected.`,
  );

export const tooManyReceivers = () =>
  new AmqpFault(
    'amqp:resource-limit-exceeded',
    403,
    `Exceeded the maximum number of allowed receivers per partition in a consumer group which is ` +
      `${MAX_NON_EPOCH_RECEIVERS}.`,
  );

/** A hub created anew refuses the checkpoints of the one before it in this way, until it has grown past them. */
export const positionBeyondEnd = (kind: 'offset' | 'sequence number', given: number, last: number) =>
  new AmqpFault(
    'com.microsoft:argument-error',
    400,
    `The supplied ${kind} '${given}' is invalid. The last ${kind} in the system is '${last}'`,
  );

export const badArgument = (description: string) =>
  new AmqpFault('com.microsoft:argument-error', 400, description);

export const notDecodable = (description: string) => new AmqpFault('amqp:decode-error', 400, description);

export const notAllowed = (description: string) => new AmqpFault('amqp:not-allowed', 400, description);

export const invalidToken = (reason: string) =>
  new AmqpFault('amqp:unauthorized-access', 401, `InvalidToken: The token is not accepted: ${reason}.`);

export const invalidSignature = () =>
  new AmqpFault('amqp:unauthorized-access', 401, 'InvalidSignature: The token has an invalid signature.');

export const unauthorized = (claims: string, entity: string) =>
  new AmqpFault(
    'amqp:unauthorized-access',
    401,
    `Unauthorized access. '${claims}' claim(s) are required to perform this operation. Resource: '${entity}'.`,
  );

export const serverBusy = () =>
  new AmqpFault(
    'com.microsoft:server-busy',
    503,
    'The request was terminated because the namespace is being throttled. Error code : 50002.',
  );
