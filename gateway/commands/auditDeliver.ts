import { deliverFiles } from '../audit/deliverFiles.ts';
import { connectStream } from '../audit/streamConnection.ts';
import { ConfigError, flagsHelp, readFlagsAndFiles, type Flag } from '../flags.ts';

const FLAGS: readonly Flag[] = Object.freeze([
  { flag: 'redis-url', value: 'URL', help: 'the Redis of the gateways and the consent subgraph' },
]);

/** The help text of `sudare audit deliver`. */
export const AUDIT_DELIVER = `sudare audit deliver FILE… --redis-url URL

Brings lines of an access record to the Redis stream again, such as it lost. What is there twice counts once.

${flagsHelp(FLAGS)}
`;

/** Delivers files. @returns the exit code. @throws ConfigError, or Error where files or Redis fail. */
export async function auditDeliver(args: readonly string[]): Promise<number> {
  const { flags, files } = readFlagsAndFiles(FLAGS, args);
  if (files.length === 0) throw new ConfigError('expected files of the access record.');
  const connection = connect(flags.required('redis-url', 'the Redis that the consent subgraph reads'));
  try {
    const { delivered, others } = await deliverFiles(files, connection);
    process.stdout.write(`${delivered} lines delivered; ${others} are no whole lines of a record.\n`);
    return others === 0 ? 0 : 1;
  } finally {
    connection.close();
  }
}

function connect(redisUrl: string) {
  try {
    return connectStream(redisUrl);
  } catch (error) {
    throw new ConfigError(`--redis-url: ${error instanceof Error ? error.message : String(error)}`);
  }
}
