import { readStartConfig, USAGE } from '../config/startConfig.ts';
import type { Command } from './command.ts';
import { listenForStop } from './listenForStop.ts';

/** `sudare start`: serves a supergraph under a policy until it is told to stop. */
export const startCommand: Command = Object.freeze<Command>({
  usage: USAGE,
  run: async (args, environment, stop = listenForStop()) => {
    const config = readStartConfig(args, environment);
    // What was given wrong is said at once, before the server is loaded.
    const { serveUntilStopped } = await import('./serveUntilStopped.ts');
    return await serveUntilStopped(config, stop, () => ({
      supergraph: { file: config.supergraph.file },
      policyChanged: (policy, putInForce) => putInForce(policy),
    }));
  },
});
