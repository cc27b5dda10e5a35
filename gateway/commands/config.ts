import { configJsonSchema } from '../config/configDocs.ts';
import { configText } from '../config/configText.ts';
import { readConfig } from '../config/readConfig.ts';
import { START_FLAGS } from '../config/startConfig.ts';
import { ConfigError, readFlags, type Flag } from '../flags.ts';
import type { Command } from './command.ts';

const FLAGS: readonly Flag[] = Object.freeze([
  ...START_FLAGS,
  { flag: 'format', value: 'FORMAT', help: 'text or json; default text' },
]);

/** `sudare config`: what is set, and what may be. */
export const configCommand: Command = Object.freeze<Command>({
  usage: `sudare config print [--format FORMAT] [the flags of sudare start]: the settings that count, and where each came from
sudare config schema: the JSON Schema of sudare.yaml
`,
  run: async ([what, ...args], environment) => {
    if (what === 'schema' && args.length === 0) {
      process.stdout.write(configJsonSchema());
      return await Promise.resolve(0);
    }
    if (what !== 'print') throw new ConfigError('expected sudare config print or sudare config schema.');
    const flags = readFlags(FLAGS, args);
    const format = flags.text('format') ?? 'text';
    if (format !== 'text' && format !== 'json') throw new ConfigError('--format: expected text or json.');
    const read = readConfig({ flags, environment, file: flags.text('config') });
    process.stdout.write(configText(read, format, flags.has('dev') ? 'dev' : 'production'));
    return 0;
  },
});
