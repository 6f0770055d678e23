import { badArgument } from './errors.ts';

/** Where a receiver wants to begin. An inclusive position takes the event that it names as well. */
export type StartPosition =
  | {
      readonly by: 'offset' | 'sequence-number' | 'enqueued-time';
      readonly value: number;
      readonly inclusive: boolean;
    }
  | { readonly by: 'latest'; readonly inclusive: boolean };

export const EARLIEST: StartPosition = { by: 'offset', value: -1, inclusive: false };

const SELECTOR =
  /^\s*amqp\.annotation\.x-opt-(offset|sequence-number|enqueued-time)\s*(>=?)\s*'?([^']*)'?\s*$/;

/**
 * Reads the selector of a receiver's filter, such as `amqp.annotation.x-opt-offset > '-1'`.
 * @throws AmqpFault where it is none that Event Hubs has
 */
export function parseStartPosition(selector: string): StartPosition {
  const [, by, operator, value] = SELECTOR.exec(selector) ?? [];
  const inclusive = operator === '>=';
  if (by === 'offset' && value === '@latest') return { by: 'latest', inclusive };
  if ((by === 'offset' || by === 'sequence-number' || by === 'enqueued-time') && value) {
    const number = Number(value);
    if (Number.isFinite(number)) return { by, value: number, inclusive };
  }
  throw badArgument(`The receiver's selector is not a position in a partition: ${selector}`);
}
