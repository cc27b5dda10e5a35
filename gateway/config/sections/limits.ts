import { byName, LIMITS, MAX_LIMIT } from '../../limits/limits.ts';
import { section } from '../setting.ts';
import { count } from '../settingSchemas.ts';

const UNITS = { bytes: 'whole bytes', ms: 'whole milliseconds', count: 'a whole number' } as const;

/** What no client may go beyond: one setting for each of `LIMITS`. */
export const limits = section({
  help: 'What no client may go beyond; see limits.md.',
  settings: byName(LIMITS, ({ byDefault, unit, meaning }) => ({
    schema: count(UNITS[unit], 1, MAX_LIMIT).default(byDefault),
    help: helpOf(meaning, unit),
  })),
});

function helpOf(meaning: string, unit: keyof typeof UNITS): string {
  const text = `${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}`.replace(/\.$/, '');
  return unit === 'count' ? text : `${text}; in ${unit}`;
}
