import type { ComparisonData } from './comparisonData.ts';
import { CONTESTANTS } from './contestants.ts';
import { shown } from './printTable.ts';

const LABEL_WIDTH = 300;
const BAR_WIDTH = 380;
const WIDTH = 760;
const ROW = 22;
const TITLE = 40;

/**
 * Bars of how many requests each row answers with the CPU time that Apollo Gateway takes for one, as an SVG that is
 * readable on light and dark ground.
 */
export function comparisonChart(data: ComparisonData): string {
  const most = Math.max(1, ...Object.values(data).flatMap((rows) => Object.values(rows).map(valueOf)));
  const parts: string[] = [];
  let y = 24;
  for (const [scenario, rows] of Object.entries(data)) {
    parts.push(`<text class="title" x="0" y="${y}">${scenario}</text>`);
    y += 10;
    for (const [name, row] of Object.entries(rows)) {
      const contestant = CONTESTANTS.find((one) => one.name === name);
      const kind = contestant?.module === 'sudare' ? 'ours' : name === 'proxy' ? 'limit' : 'peer';
      const length = Math.max(1, (valueOf(row) / most) * BAR_WIDTH).toFixed(1);
      parts.push(
        `<text x="${LABEL_WIDTH - 8}" y="${y + 14}" text-anchor="end">${contestant?.label ?? name}</text>`,
        `<rect class="${kind}" x="${LABEL_WIDTH}" y="${y + 3}" width="${length}" height="${ROW - 7}" rx="2"/>`,
        `<text x="${(LABEL_WIDTH + Number(length) + 6).toFixed(1)}" y="${y + 14}">${shown(valueOf(row))} ×</text>`,
      );
      y += ROW;
    }
    y += TITLE;
  }
  const height = y - TITLE + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Requests for each unit of CPU time, Apollo Gateway = 1">
<style>
  text { font: 12px system-ui, sans-serif; fill: #57606a; }
  .title { font-weight: 600; font-size: 14px; fill: #24292f; }
  .ours { fill: #1a7f5a; } .peer { fill: #8c959f; } .limit { fill: #b08800; }
  @media (prefers-color-scheme: dark) {
    text { fill: #9da7b1; } .title { fill: #e6edf3; }
    .ours { fill: #3fb68b; } .peer { fill: #6e7681; } .limit { fill: #d4a72c; }
  }
</style>
${parts.join('\n')}
</svg>
`;
}

function valueOf({ vsApolloCpu = 0 }: { readonly vsApolloCpu?: number }): number {
  return vsApolloCpu;
}
