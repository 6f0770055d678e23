import pMap from 'p-map';

/** Of what one batch asks of storage or of a hub. */
const MOST_AT_ONCE = 8;

/** Answers in the order of the items; so many of them are in work at once. */
export function sideBySide<Item, Answer>(
  items: readonly Item[],
  action: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  // Mostly there are few. To keep count of those at work takes a fifth as long as a small block does in all.
  if (items.length <= MOST_AT_ONCE) return Promise.all(items.map((item) => action(item)));
  return pMap(items, action, { concurrency: MOST_AT_ONCE });
}
