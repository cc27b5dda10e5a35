import { writeFile } from 'node:fs/promises';
import { formatFindings } from '../../directives/rules/formats/formatFindings.ts';
import { flagsHelp, readFlags, type Flag } from '../flags.ts';
import type { Command, Environment } from './command.ts';
import {
  COMPOSING_FLAGS,
  composeTexts,
  loadTexts,
  policyOrFindings,
  readComposingConfig,
} from './composing.ts';
import { FORMAT_FLAG, readFormat } from './findingsFormat.ts';

const FLAGS: readonly Flag[] = Object.freeze([
  ...COMPOSING_FLAGS,
  { flag: 'output', value: 'FILE', help: 'where the supergraph is written; without it, to standard output' },
  FORMAT_FLAG,
]);

/** `sudare compose`: makes a checked and stamped supergraph. Findings go to standard error. */
export const composeCommand: Command = Object.freeze<Command>({
  usage: `sudare compose --config FILE --policy FILE [--output FILE] [options]

${flagsHelp(FLAGS)}
`,
  run: composeInto,
});

async function composeInto(args: readonly string[], environment: Environment): Promise<number> {
  const flags = readFlags(FLAGS, args);
  const config = readComposingConfig(flags);
  const format = readFormat(flags);
  const output = flags.text('output');
  const policy = await policyOrFindings(config.policy);
  const { supergraphSdl, findings } =
    'policy' in policy
      ? await composeTexts(await loadTexts(config, environment), policy.policy)
      : { ...policy, supergraphSdl: null };
  if (findings.length > 0) process.stderr.write(`${formatFindings(findings, format).trimEnd()}\n`);
  // An error leaves what was composed before as it is.
  if (supergraphSdl === null) return 1;
  if (output === null) process.stdout.write(supergraphSdl);
  else await write(output, supergraphSdl);
  if (output !== null && format === 'text')
    process.stderr.write(`Composed ${output}, checked and stamped.\n`);
  return 0;
}

async function write(file: string, supergraphSdl: string): Promise<void> {
  await writeFile(file, supergraphSdl).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new Error(`--output ${file}: expected a file that can be written${code}.`);
  });
}
