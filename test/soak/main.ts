import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { copySources } from '../faults/copySources.ts';
import { runSoak, type SoakReport } from './runSoak.ts';
import { soakProblems, soakTable } from './soakTable.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const USAGE = `npm run test:soak -- [options]

  --minutes N          how long it goes on (20)
  --every N            seconds from one disturbance to the next (60)
  --rate N             requests a second; 70 % of what was measured by default
  --warm-up N          seconds after which memory is looked at; a quarter of all by default
`;

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '20' },
      every: { type: 'string', default: '60' },
      rate: { type: 'string' },
      'warm-up': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return tell(USAGE, 0);
  const minutes = Number(values.minutes);
  const numbers = {
    minutes,
    everySeconds: Number(values.every),
    perSecond: values.rate === undefined ? null : Number(values.rate),
    warmUpSeconds: values['warm-up'] === undefined ? minutes * 15 : Number(values['warm-up']),
  };
  if (Object.values(numbers).some((number) => number !== null && !(number > 0))) {
    return tell(`Expected numbers above 0.\n\n${USAGE}`, 2);
  }
  // What is changed here meanwhile is nothing to processes that start again.
  const sources = await copySources(ROOT, []);
  try {
    const report: SoakReport = await runSoak({
      folder: sources.folder,
      ...numbers,
      say: (line) => void tell(`${line}\n`, 0),
    });
    const problems = soakProblems(report);
    tell(`\n${soakTable(report)}\n`, 0);
    return problems.length === 0 ? 0 : tell(`${problems.join('\n')}\n`, 1);
  } finally {
    await sources.remove();
  }
}

function tell(text: string, exitCode: number): number {
  process.stdout.write(text);
  return exitCode;
}
