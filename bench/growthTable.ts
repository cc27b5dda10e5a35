import { CONTESTANTS } from './contestants.ts';
import type { Growth } from './growth.ts';
import { GROWTH } from './growthSteps.ts';
import { printTable, shown } from './printTable.ts';

const BYTES_IN_MB = 1024 * 1024;

/** The tables of `--growth`. */
export function growthTable({ dimensions, starts }: Growth): string {
  const labels = new Map(CONTESTANTS.map(({ name, label }) => [name, label]));
  const tables = GROWTH.map(({ name, about }) => {
    const points = dimensions[name] ?? [];
    const rows = Object.keys(points[0]?.cpuMs ?? {});
    const head = ['', 'KB', ...rows.map((row) => `${labels.get(row) ?? row}, CPU ms`)];
    const cells = points.map(({ label, bytes, cpuMs }) => [
      label,
      (bytes / 1_000).toFixed(1),
      ...rows.map((row) => shown(cpuMs[row])),
    ]);
    return [`${name}: ${about}`, '', printTable(head, cells)].join('\n');
  });
  const cells = Object.entries(starts).flatMap(([row, bySchema]) =>
    Object.values(bySchema).map(({ types, startMs, rss }) => [
      labels.get(row) ?? row,
      String(types),
      (startMs / 1_000).toFixed(1),
      (rss / BYTES_IN_MB).toFixed(0),
    ]),
  );
  const start = printTable(['', 'types', 'start s', 'RSS MB'], cells);
  return [...tables, ['start: a process of its own until it listens', '', start].join('\n')].join('\n\n');
}
