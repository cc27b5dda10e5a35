import type { Command } from './command.ts';
import { startCommand } from './start.ts';

/** Every command, in the order of the help text. */
export const COMMANDS: readonly Command[] = Object.freeze([startCommand]);
