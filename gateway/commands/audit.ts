import { ConfigError } from '../flags.ts';
import { AUDIT_DELIVER, auditDeliver } from './auditDeliver.ts';
import { AUDIT_VERIFY, auditVerify } from './auditVerify.ts';
import type { Command } from './command.ts';

/** `sudare audit`: what can be done with an access record once it is written. */
export const auditCommand: Command = Object.freeze<Command>({
  usage: `${AUDIT_VERIFY}\n${AUDIT_DELIVER}`,
  run: async ([action, ...args]) => {
    if (action === 'verify') return await auditVerify(args);
    if (action === 'deliver') return await auditDeliver(args);
    throw new ConfigError(
      `expected "sudare audit verify" or "sudare audit deliver".\n\n${auditCommand.usage}`,
    );
  },
});
