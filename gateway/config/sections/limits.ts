import type { z } from 'zod';
import { LIMITS, MAX_LIMIT, type LimitEntry } from '../../limits/limits.ts';
import { section, type Setting } from '../setting.ts';
import { count } from '../settingSchemas.ts';

type LimitSetting = Setting<z.ZodDefault<z.ZodInt>>;

const UNITS = { bytes: 'whole bytes', ms: 'whole milliseconds', count: 'a whole number' } as const;

/** What no client may go beyond: one setting for each of `LIMITS`. */
export const limits = section({
  help: 'What no client may go beyond; see limits.md.',
  settings: settingsOf(LIMITS),
});

function settingsOf<Name extends string>(entries: Readonly<Record<Name, LimitEntry>>) {
  const settings: Partial<Record<Name, LimitSetting>> = {};
  for (const name in entries) {
    const { byDefault, unit, meaning } = entries[name];
    const schema = count(UNITS[unit], 1, MAX_LIMIT).default(byDefault);
    settings[name] = { schema, help: helpOf(meaning, unit) };
  }
  return settings as Readonly<Record<Name, LimitSetting>>;
}

function helpOf(meaning: string, unit: keyof typeof UNITS): string {
  const text = `${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}`.replace(/\.$/, '');
  return unit === 'count' ? text : `${text}; in ${unit}`;
}
