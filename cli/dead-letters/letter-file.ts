import { isoTime } from '../../shared/time.ts';
import { safeName } from '../../shared/names.ts';
import type { Letter } from './letter.ts';

/** A file for its bytes, below a folder: `invalid/entra/SignInLogs/contoso-logs-p0-20261120T101100-41-2.json` */
export function letterFile({ reason, source, category, handler, partition, origin }: Letter): string {
  const { namespace, hub, id } = partition;
  const time = isoTime(origin.enqueuedTime).slice(0, 19).replaceAll(/[-:]/g, '');
  const folders = [
    safeName(reason),
    safeName(source),
    safeName(category),
    ...(handler ? [safeName(handler)] : []),
  ];
  const place = `${namespace}-${hub}-p${id}-${time}-${origin.sequenceNumber}-${origin.index}`;
  return [...folders, `${place}.json`].join('/');
}
