import { auditCommand } from './audit.ts';
import { checkCommand } from './check.ts';
import type { Command } from './command.ts';
import { composeCommand } from './compose.ts';
import { devCommand } from './dev.ts';
import { explainCommand } from './explain.ts';
import { startCommand } from './start.ts';

/** Every command, in the order of the help text. */
export const COMMANDS: readonly Command[] = Object.freeze([
  composeCommand,
  checkCommand,
  startCommand,
  devCommand,
  explainCommand,
  auditCommand,
]);
