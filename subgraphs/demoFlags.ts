import { parsePort } from './parsePort.ts';
import { readFlags } from './readFlags.ts';

export type DemoFlags =
  | {
      readonly kind: 'run';
      readonly port: number;
      readonly reset: 'keep' | 'reset';
      readonly data: string | null;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

export const DEMO_USAGE = `Usage: npm start -- [--port 4000] [--reset] [--data .sudare]

  --port N    where the gateway listens on 127.0.0.1 (default: 4000)
  --reset     forget the consents of earlier runs and start afresh
  --data DIR  where consents and the gateway's log are kept (default: .sudare)
  --help      this text
`;

/** What the demo's command line asks for. */
export function readDemoFlags(args: readonly string[]): DemoFlags {
  const flags = readFlags(args, {
    withValue: ['port', 'data'],
    withoutValue: ['reset', 'help'],
    mostWords: 0,
  });
  if (flags.kind === 'wrong') return flags;
  if (flags.values.has('help')) return { kind: 'help' };
  const port = parsePort(flags.values.get('port') ?? '4000');
  if (port === null) {
    return {
      kind: 'wrong',
      message: 'Expected --port to be a number from 1 to 65535, for example --port 4100.',
    };
  }
  return {
    kind: 'run',
    port,
    reset: flags.values.has('reset') ? 'reset' : 'keep',
    data: flags.values.get('data') ?? null,
  };
}
