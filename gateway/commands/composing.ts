import { readFile } from 'node:fs/promises';
import type { Composed } from '../../directives/compose.ts';
import { problemFinding } from '../../directives/compose/composeFindings.ts';
import { loadSubgraphs, type LoadedSubgraphs } from '../../directives/compose/loadSubgraphs.ts';
import { parseSupergraphConfig } from '../../directives/compose/supergraphConfig.ts';
import type { RuleFinding } from '../../directives/rules/finding.ts';
import { DEFAULT_SETTINGS, readRuleSettings, type RuleSettings } from '../../directives/ruleSettings.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import { PolicyError } from '../../policies/policyError.ts';
import type { Flag, Flags } from '../flags.ts';
import type { Environment } from './command.ts';

/** What the commands that compose are told alike. */
export interface ComposingConfig {
  /** The `supergraph.yaml`. */
  readonly config: string;
  readonly policy: string;
  readonly overlays: readonly string[];
  /** Settings of rules, if any. */
  readonly rules: string | null;
}

/** The flags for it, in the order of the help text. */
export const COMPOSING_FLAGS: readonly Flag[] = Object.freeze([
  { flag: 'config', value: 'FILE', help: 'supergraph.yaml, as Rover has it' },
  { flag: 'policy', value: 'FILE', help: 'policy.yaml' },
  {
    flag: 'overlay',
    value: 'FILE',
    help: 'annotations as `extend type` SDL, or NAME=FILE for one subgraph; may be repeated',
    repeats: true,
  },
  { flag: 'rules', value: 'FILE', help: 'settings of the composition rules' },
]);

/** Reads those flags. @throws ConfigError */
export function readComposingConfig({ required, text, all }: Flags): ComposingConfig {
  return {
    config: required('config', 'a supergraph.yaml'),
    policy: required('policy', 'a policy.yaml'),
    overlays: all('overlay'),
    rules: text('rules'),
  };
}

/** The texts that a supergraph is made of; what could not be read is among the findings. */
export interface ComposingTexts extends LoadedSubgraphs {
  readonly settings: RuleSettings;
}

/** Loads what a command line names, from files and from running subgraphs. */
export async function loadTexts(given: ComposingConfig, environment: Environment): Promise<ComposingTexts> {
  try {
    const config = parseSupergraphConfig(await readText(given.config), given.config, environment);
    const settings = await readSettings(given.rules);
    return { ...(await loadSubgraphs(config, given.overlays)), settings };
  } catch (error) {
    const findings = findingsOf('config', error);
    return { subgraphs: [], overlays: [], settings: DEFAULT_SETTINGS, findings };
  }
}

/** Composes what was loaded; nothing where something could not be. */
export async function composeTexts(
  { subgraphs, overlays, settings, findings }: ComposingTexts,
  policy: Policy,
): Promise<Composed> {
  if (findings.length > 0) return { supergraphSdl: null, findings };
  // Composition is not needed to serve: commands that do not compose start without it.
  const { compose } = await import('../../directives/compose.ts');
  return compose({ subgraphs, overlays, policy, settings });
}

/** Reads a policy for a command whose findings say what is wrong with it. */
export async function policyOrFindings(
  file: string,
): Promise<{ readonly policy: Policy } | { readonly findings: readonly RuleFinding[] }> {
  try {
    return { policy: await loadPolicy(file) };
  } catch (error) {
    return { findings: findingsOf('policy', error) };
  }
}

/** Reads settings of rules. @throws PolicyError */
export async function readSettings(file: string | null): Promise<RuleSettings> {
  return file === null ? DEFAULT_SETTINGS : readRuleSettings(await readText(file), file);
}

/** Problems of a file as findings. @throws anything that is not about a file's text */
export function findingsOf(rule: 'config' | 'policy', error: unknown): readonly RuleFinding[] {
  if (!(error instanceof PolicyError)) throw error;
  return error.problems.map((problem) => problemFinding(rule, problem));
}

/** Reads a file's text as UTF-8. @throws PolicyError where it cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    const message = `the file cannot be read${code}; expected text in UTF-8`;
    throw new PolicyError([{ file, line: 1, column: 1, message }]);
  }
}
