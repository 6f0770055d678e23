import { catalogue } from '../judge/catalogue.ts';
import type { Annotations } from '../judge/catalogue.ts';
import { safeName } from '../names.ts';
import { SOURCES } from '../judge/verdict.ts';

/** What the schema says of a category that is named as in the path of a blob. */
export function annotationsInPath(source: string, category: string): Annotations {
  const product = SOURCES.find((known) => known === source);
  if (product === undefined) return {};
  const name = catalogue.names(product).find((known) => safeName(known) === category);
  return catalogue.rules(product, name ?? category).annotations;
}

/** Of every category that a list knows. */
export function allAnnotations(): Annotations[] {
  return SOURCES.flatMap((source) =>
    catalogue.names(source).map((name) => catalogue.rules(source, name).annotations),
  );
}
