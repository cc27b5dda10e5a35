import { readStartConfig, USAGE } from '../config.ts';
import type { Command } from './command.ts';
import { serveUntilStopped } from './serveUntilStopped.ts';

/** `sudare start`: serves a supergraph under a policy until it is told to stop. */
export const startCommand: Command = Object.freeze<Command>({
  name: 'start',
  usage: USAGE,
  run: async (args, environment) => {
    const { supergraph, ...config } = readStartConfig(args, environment);
    return await serveUntilStopped(config, () => ({
      supergraph: { file: supergraph },
      policyChanged: (policy, putInForce) => putInForce(policy),
    }));
  },
});
