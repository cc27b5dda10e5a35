import { LIMITS } from './limits.ts';

/**
 * The table of limits in `docs/limits.md`, generated from `LIMITS`. Write it with
 * `node gateway/limits/limitDocs.ts`; a test compares.
 */
export function limitTable(): string {
  const rows = Object.entries(LIMITS).map(([name, { byDefault, unit, code, status, meaning }]) => {
    const number = String(byDefault).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
    const answer = code === null ? '' : `${status === null ? '' : `${status} `}\`${code}\``;
    return [`\`${name}\``, unit === 'count' ? number : `${number} ${unit}`, answer, meaning];
  });
  return tableOf([['limit', 'default', 'answer', 'of what'], ...rows]);
}

/** As the formatter of this repository writes it. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const [head = '', ...body] = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}

if (import.meta.main) process.stdout.write(`${limitTable()}\n`);
