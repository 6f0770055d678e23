import { parseArgs } from 'node:util';
import { measureRetention } from './retention-scale/measure.ts';

const { values } = parseArgs({
  options: { blobs: { type: 'string', default: '100000' }, due: { type: 'string', default: '500' } },
});
const scale = { blobs: Number(values.blobs), due: Number(values.due) };

console.error(`Retention over ${scale.blobs} blobs in Azurite, of which ${scale.due} are due ...`);
const { deleted, tombstones, milliseconds, requests, forgotten, early } = await measureRetention(scale);
const total = Object.values(requests).reduce((sum, count) => sum + count, 0);
console.log(`deleted ${deleted}, tombstones ${tombstones}, forgotten ${forgotten}, early ${early}`);
console.log(`${total} requests in ${(milliseconds / 1000).toFixed(1)} s`);
for (const [what, count] of Object.entries(requests)) console.log(`  ${String(count).padStart(6)}  ${what}`);
if (forgotten > 0 || early > 0 || deleted !== scale.due || tombstones !== scale.due) process.exitCode = 1;
