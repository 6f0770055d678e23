const kept: object[] = [];

/**
 * Keeps an object for as long as the process lives. V8 throws away the code that it has compiled for a class, and what it has learnt of
 * the class's fields, when a collection finds no object of it. Of a class whose objects live as long as a batch, one is kept.
 */
export function keepOne(object: object): void {
  kept.push(object);
}
