import type { Capacity } from './capacity.ts';
import { printTable } from './printTable.ts';

/** What a full consent cache takes, as Markdown. */
export function capacityTable({ subjects, bytesPerSubject, benchmark, client, cache }: Capacity): string {
  const row = (name: string, ms: number): string[] => [name, ms.toFixed(2), (ms / benchmark).toFixed(2)];
  return [
    `${subjects.toLocaleString('en')} subjects: ${bytesPerSubject.toFixed(0)} bytes each in Redis`,
    '',
    printTable(
      ['MGET of 1 000', 'ms, median', 'times redis-benchmark'],
      [row('redis-benchmark', benchmark), row('ioredis', client), row('as consents are read', cache)],
    ),
  ].join('\n');
}
