import type { MemorySeries } from './memory.ts';
import { printTable } from './printTable.ts';

/** The series of `--memory`, each with its verdict. */
export function memoryTable(all: readonly MemorySeries[]): string {
  return all
    .map(({ load, samples, rssSlope, heapSlope, verdict }) => {
      const rows = samples.map(({ minute, rss, heapUsed, requests }) => [
        minute.toFixed(1),
        rss.toFixed(0),
        heapUsed.toFixed(1),
        String(requests),
      ]);
      const table = printTable(['minute', 'RSS MB', 'heap MB', 'requests'], rows);
      const slopes = `second half: RSS ${signed(rssSlope)} MB/min, heap ${signed(heapSlope)} MB/min: ${verdict}`;
      return [`load: ${load}`, '', table, '', slopes].join('\n');
    })
    .join('\n\n');
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
