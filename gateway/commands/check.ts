import { checkSupergraph } from '../../directives/checkSupergraph.ts';
import type { RuleFinding } from '../../directives/rules/finding.ts';
import { formatFindings } from '../../directives/rules/formats/formatFindings.ts';
import type { Policy } from '../../policies/policy.ts';
import { ConfigError, flagsHelp, readFlags, type Flag, type Flags } from '../flags.ts';
import type { Command, Environment } from './command.ts';
import {
  COMPOSING_FLAGS,
  composeTexts,
  findingsOf,
  loadTexts,
  policyOrFindings,
  readComposingConfig,
  readSettings,
  readText,
} from './composing.ts';
import { FORMAT_FLAG, readFormat } from './findingsFormat.ts';

const FLAGS: readonly Flag[] = Object.freeze([
  ...COMPOSING_FLAGS,
  {
    flag: 'supergraph',
    value: 'FILE',
    help: 'in place of --config: a composed supergraph, whose subgraphs are not looked at',
  },
  FORMAT_FLAG,
]);

/** `sudare check`: runs the composition rules alone. Findings go to standard output; an error exits with 1. */
export const checkCommand: Command = Object.freeze<Command>({
  usage: `sudare check (--config FILE | --supergraph FILE) --policy FILE [options]

${flagsHelp(FLAGS)}
`,
  run: check,
});

async function check(args: readonly string[], environment: Environment): Promise<number> {
  const flags = readFlags(FLAGS, args);
  const format = readFormat(flags);
  const target = targetOf(flags, environment);
  const policy = await policyOrFindings(flags.required('policy', 'a policy.yaml'));
  const findings = 'policy' in policy ? await target(policy.policy) : policy.findings;
  process.stdout.write(`${formatFindings(findings, format).trimEnd()}\n`);
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

type Target = (policy: Policy) => Promise<readonly RuleFinding[]>;

function targetOf(flags: Flags, environment: Environment): Target {
  const supergraph = flags.text('supergraph');
  if (supergraph === null) {
    if (flags.text('config') === null) {
      throw new ConfigError(
        '--config is missing; expected a supergraph.yaml, or --supergraph with a composed supergraph.',
      );
    }
    const config = readComposingConfig(flags);
    return async (policy) => (await composeTexts(await loadTexts(config, environment), policy)).findings;
  }
  const more = ['config', 'overlay'].filter((flag) => flags.has(flag));
  if (more.length > 0) {
    throw new ConfigError(
      `--${more.join(' and --')} cannot be given with --supergraph, which is composed already.`,
    );
  }
  return async (policy) => await checkFile(supergraph, flags.text('rules'), policy);
}

async function checkFile(
  file: string,
  rules: string | null,
  policy: Policy,
): Promise<readonly RuleFinding[]> {
  try {
    const supergraph = { sdl: await readText(file), file };
    return checkSupergraph({ supergraph, subgraphs: [], policy, settings: await readSettings(rules) });
  } catch (error) {
    return findingsOf('config', error);
  }
}
