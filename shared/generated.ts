/** The folder of what the build makes: beside `shared/` in the tree, and beside `dist/` in what is deployed. */
export const GENERATED = new URL('../generated/', import.meta.url);
