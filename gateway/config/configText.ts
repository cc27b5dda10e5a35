import { Document, isCollection, isMap, type Node } from 'yaml';
import type { Path } from '../../policies/readYaml.ts';
import { hideSecrets, HIDDEN } from './hideSecrets.ts';
import type { ReadConfig } from './readConfig.ts';
import type { Beside } from './setting.ts';
import { SETTINGS } from './settingFlags.ts';

/** One value that counts, and what said it. */
export interface Shown {
  readonly path: Path;
  readonly value: unknown;
  /** A flag, an environment variable, a file and its line, or `default`. */
  readonly from: string;
}

/**
 * Every value that counts, secrets hidden, also those in URLs.
 *
 * INVARIANT: no secret and no password of a URL is shown by `sudare config print` (test/gateway/config/configText.test.ts).
 */
export function shownConfig({ config, originOf }: ReadConfig, mode: Beside['mode']): readonly Shown[] {
  const sections = new Map<string, Readonly<Record<string, unknown>>>(Object.entries(config));
  return SETTINGS.flatMap(({ section, key, setting }) => {
    const values = sections.get(section) ?? {};
    const said = values[key] ?? null;
    const value = setting.counts?.(said, { section: values, mode }) ?? said;
    const shown = setting.secret === 'whole' && value !== null ? HIDDEN : hideSecrets(value);
    return leavesOf([section, key], shown, originOf);
  });
}

/** They as text: a `sudare.yaml` in which each value says where it came from, or as JSON. */
export function configText(read: ReadConfig, format: 'text' | 'json', mode: Beside['mode']): string {
  const shown = shownConfig(read, mode);
  if (format === 'json') {
    const all = shown.map(({ path, value, from }) => ({ setting: path.join('.'), value, from }));
    return `${JSON.stringify(all, null, 2)}\n`;
  }
  const document = new Document({});
  document.commentBefore = ` File: ${read.file ?? 'none'}`;
  for (const { path, value, from } of shown) {
    const node: Node = document.createNode(value);
    if (isCollection(node)) node.flow = true;
    node.comment = ` ${from}`;
    document.setIn([...path], node);
  }
  if (isMap(document.contents)) document.contents.flow = false;
  return document.toString({ lineWidth: 0 });
}

function leavesOf(path: Path, value: unknown, originOf: ReadConfig['originOf']): readonly Shown[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value);
    if (entries.length > 0) {
      return entries.flatMap(([key, inner]) => leavesOf([...path, key], inner, originOf));
    }
  }
  return [{ path, value, from: originOf(path) ?? 'default' }];
}
