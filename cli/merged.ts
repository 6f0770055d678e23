/** Items of sorted sources as one sorted source; of each, one item is held. */
export async function* merged<T>(
  sources: readonly AsyncIterable<T>[],
  isBefore: (a: T, b: T) => boolean,
): AsyncGenerator<T> {
  const open: { item: T; rest: AsyncIterator<T> }[] = [];
  const take = async (rest: AsyncIterator<T>): Promise<void> => {
    const next = await rest.next();
    if (!next.done) open.push({ item: next.value, rest });
  };
  for (const source of sources) await take(source[Symbol.asyncIterator]());
  for (let next = first(open, isBefore); next; next = first(open, isBefore)) {
    open.splice(open.indexOf(next), 1);
    yield next.item;
    await take(next.rest);
  }
}

function first<T>(
  open: readonly { item: T; rest: AsyncIterator<T> }[],
  isBefore: (a: T, b: T) => boolean,
): { item: T; rest: AsyncIterator<T> } | undefined {
  const [head, ...others] = open;
  return head && others.reduce((best, other) => (isBefore(other.item, best.item) ? other : best), head);
}
