import { FORMATS, type Format } from '../../directives/rules/formats/formatFindings.ts';
import { ConfigError, type Flag, type Flags } from '../flags.ts';

/** The flag that says how findings are told. */
export const FORMAT_FLAG: Flag = Object.freeze({
  flag: 'format',
  value: 'FORMAT',
  help: `how findings are told: ${FORMATS.join(', ')}; default text`,
});

/** Reads `--format`. @throws ConfigError */
export function readFormat({ text }: Flags): Format {
  const given = text('format') ?? 'text';
  const format = FORMATS.find((one) => one === given);
  if (format !== undefined) return format;
  throw new ConfigError(`--format ${given}: expected ${FORMATS.join(', ')}.`);
}
