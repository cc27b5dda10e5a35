import { SECTIONS } from './sections.ts';
import { SETTINGS } from './settingFlags.ts';
import type { Section } from './setting.ts';

/** A message about flags, with what they are called in the file where there is one. */
export function flagsInFile(message: string, file: string | null): string {
  if (file === null) return message;
  const named = [...new Set(Array.from(message.matchAll(/--([a-z][a-z\d-]*)/g), ([, flag = '']) => flag))];
  const called = named.flatMap((flag) => {
    const setting = SETTINGS.find((each) => each.setting.flag?.name === flag);
    if (setting !== undefined) return [`--${flag} is ${setting.section}.${setting.key}`];
    const section = Object.entries<Section>(SECTIONS).find(([, { flags }]) =>
      flags.some(({ name }) => name === flag),
    );
    return section === undefined ? [] : [`--${flag} is under ${section[0]}`];
  });
  return called.length === 0 ? message : `${message} In ${file}, ${called.join(', ')}.`;
}
