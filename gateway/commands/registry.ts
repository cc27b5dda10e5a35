import type { Command } from './command.ts';

/** Loads each command by its name, in the order of the help text: nobody waits for what another one needs. */
export const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['compose', async () => (await import('./compose.ts')).composeCommand],
  ['check', async () => (await import('./check.ts')).checkCommand],
  ['start', async () => (await import('./start.ts')).startCommand],
  ['dev', async () => (await import('./dev.ts')).devCommand],
  ['explain', async () => (await import('./explain.ts')).explainCommand],
  ['config', async () => (await import('./config.ts')).configCommand],
  ['audit', async () => (await import('./audit.ts')).auditCommand],
]);

/** Those that run until they are told to stop; the others end by themselves, and by any signal. */
export const SERVING: ReadonlySet<string> = new Set(['start', 'dev']);
