/** A server must not be used; the message says why, without credentials. */
export class UnusableRedisError extends Error {
  override readonly name = 'UnusableRedisError';
}

/** Why a server must not be used that was given as one of several. */
export const NO_CLUSTER_NODE = 'it is no node of a Redis Cluster; give one URL.';

/** What `reason` says of a command that was not answered in time. */
export const UNANSWERED = 'Command timed out';

/** What `reason` says of a command for another node of a Cluster, or for none at the moment. */
export const ELSEWHERE: ReadonlySet<string> = new Set(['MOVED', 'ASK', 'TRYAGAIN', 'CLUSTERDOWN']);

/** What `reason` says of a server that is no longer what it was when we connected: no primary, or without our scripts. */
export const CHANGED: ReadonlySet<string> = new Set(['READONLY', 'NOSCRIPT']);

/** What went wrong, without the arguments that ioredis and Redis may put into their messages. */
export function reason(error: unknown): string {
  if (error instanceof UnusableRedisError) return error.message;
  if (!(error instanceof Error)) return 'unknown failure';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return (
    code ??
    /^(?:[A-Z]{3,20}(?= )|Command timed out|Connection timed out|Connection is closed|Socket timeout|All sentinels are unreachable)/.exec(
      error.message,
    )?.[0] ??
    error.name
  );
}
