import { epochRequired, epochStolen, epochTooLow, tooManyReceivers, type AmqpFault } from './errors.ts';
import { MAX_NON_EPOCH_RECEIVERS } from './limits.ts';
import type { PartitionLog } from './partition-log.ts';

interface Seat {
  readonly epoch: number | undefined;
  readonly disconnect: (fault: AmqpFault) => void;
}

export interface ReceiverSeats {
  /**
   * Lets a receiver of a consumer group at a partition. One with an epoch (an owner level) throws out all others with a
   * lower epoch, the same, or none. Returns what gives the seat back.
   * @throws AmqpFault where the others' epoch, or their number, keeps it out
   */
  take(log: PartitionLog, consumerGroup: string, seat: Seat): () => void;
}

/** How Azure refers to a receiver without an epoch, which has to give way to one with any. */
const NO_EPOCH = -1;

export function createReceiverSeats(): ReceiverSeats {
  const partitions = new WeakMap<PartitionLog, Map<string, Set<Seat>>>();

  function seatsAt(log: PartitionLog, consumerGroup: string): Set<Seat> {
    const groups = partitions.get(log) ?? new Map<string, Set<Seat>>();
    partitions.set(log, groups);
    const seats = groups.get(consumerGroup) ?? new Set<Seat>();
    groups.set(consumerGroup, seats);
    return seats;
  }

  function take(log: PartitionLog, consumerGroup: string, seat: Seat): () => void {
    const seats = seatsAt(log, consumerGroup);
    const owner = [...seats].find(({ epoch }) => epoch !== undefined)?.epoch;
    if (seat.epoch === undefined) {
      if (owner !== undefined) throw epochRequired(owner);
      if (seats.size >= MAX_NON_EPOCH_RECEIVERS) throw tooManyReceivers();
    } else {
      if (owner !== undefined && owner > seat.epoch) throw epochTooLow(seat.epoch, owner);
      for (const { epoch = NO_EPOCH, disconnect } of seats) disconnect(epochStolen(seat.epoch, epoch));
      seats.clear();
    }
    seats.add(seat);
    return () => seats.delete(seat);
  }

  return { take };
}
