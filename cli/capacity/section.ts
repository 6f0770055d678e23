import colors from 'picocolors';

/** Parts of a report under a title; empty ones are left out. */
export function section(title: string, ...parts: readonly string[]): string {
  return [colors.bold(title), ...parts.filter((part) => part !== '')].join('\n');
}
