import type { RuleFinding } from '../../directives/rules/finding.ts';
import { formatFindings } from '../../directives/rules/formats/formatFindings.ts';
import { DEVELOPMENT_FLAGS } from '../config/settingFlags.ts';
import { ENVIRONMENT_HELP, readDevelopmentConfig } from '../config/startConfig.ts';
import { flagsHelp, readFlags, type Flag } from '../flags.ts';
import type { Command, Environment } from './command.ts';
import { COMPOSING_FLAGS, loadTexts, readComposingConfig } from './composing.ts';
import { FORMAT_FLAG, readFormat } from './findingsFormat.ts';
import { listenForStop, type StopOrder } from './listenForStop.ts';
import { liveComposer } from './liveComposer.ts';
import { serveUntilStopped } from './serveUntilStopped.ts';

const FLAGS: readonly Flag[] = Object.freeze([...COMPOSING_FLAGS, ...DEVELOPMENT_FLAGS, FORMAT_FLAG]);

/** How often files are read anew and running subgraphs asked, in ms. */
const LOOK_EVERY_MS = 500;

/** `sudare dev`: composes, serves as `sudare start --dev` does, and composes anew whenever something changes. */
export const devCommand: Command = Object.freeze<Command>({
  usage: `sudare dev --config FILE --policy FILE [options]

${flagsHelp(FLAGS)}

${ENVIRONMENT_HELP}`,
  run: dev,
});

async function dev(
  args: readonly string[],
  environment: Environment,
  stop: StopOrder = listenForStop(),
): Promise<number> {
  const flags = readFlags(FLAGS, args);
  const format = readFormat(flags);
  const given = readComposingConfig(flags);
  const config = readDevelopmentConfig(flags, environment);
  const tell = (findings: readonly RuleFinding[]): void => {
    process.stderr.write(`${formatFindings(findings, format).trimEnd()}\n`);
  };
  return await serveUntilStopped(config, stop, (policy, logger) => {
    const { manager, policyChanged } = liveComposer({
      load: async () => await loadTexts(given, environment),
      policy,
      tell,
      updated: () => logger.info('supergraph composed anew'),
      failed: (error) =>
        logger.error({ error: error instanceof Error ? error.name : typeof error }, 'composing failed'),
      everyMs: LOOK_EVERY_MS,
    });
    return {
      supergraph: { manager },
      policyChanged(changed, putInForce) {
        policyChanged(changed, (next) => {
          putInForce(next);
          logger.info('policy reloaded');
        });
        return 'pending';
      },
    };
  });
}
