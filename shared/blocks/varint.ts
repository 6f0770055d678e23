/** Whole numbers from 0 in as few bytes as they need, seven bits a byte (LEB128). Works to 2^53. */
export function writeVarint(out: number[], value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80);
  out.push(rest);
}

export function varintReader(bytes: Buffer): { next(): number; readonly done: boolean } {
  let at = 0;
  return {
    next() {
      let value = 0;
      for (let factor = 1; ; factor *= 0x80) {
        const byte = bytes[at++];
        if (byte === undefined) throw new RangeError('a number is cut off');
        value += (byte & 0x7f) * factor;
        if (byte < 0x80) return value;
      }
    },
    get done() {
      return at >= bytes.length;
    },
  };
}

/** Signed to unsigned so that small numbers of either sign stay small. */
export function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}

export function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
