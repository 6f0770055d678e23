import { GB, HOURS_PER_MONTH } from './limits.ts';

/** Units are paid for by the hour, used or not. */
export function costOfUnits(units: number, hourly: number, hours = HOURS_PER_MONTH): number {
  return units * hours * hourly;
}

/** Operations and events have a price for so many. Azure bills their share; published estimates count those that are begun. */
export function costOfCount(count: number, price: number, per: number, isEachBegun = false): number {
  const parts = count / per;
  return (isEachBegun ? Math.ceil(parts) : parts) * price;
}

/** For a month. */
export function costOfBytes(bytes: number, gbMonth: number): number {
  return (bytes / GB) * gbMonth;
}
