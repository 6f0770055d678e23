/** @file Arrays of four bytes an element. */

export function get(array: usize, i: usize): u32 {
  return load<u32>(array + 4 * i);
}

export function put(array: usize, i: usize, value: u32): void {
  store<u32>(array + 4 * i, value);
}

export function add(array: usize, i: usize, more: u32): void {
  put(array, i, get(array, i) + more);
}
