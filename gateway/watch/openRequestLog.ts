import { pino, type Logger } from 'pino';
import { openStandardError } from './openStandardError.ts';

/** Where lines of requests go. */
export interface RequestLog {
  readonly logger: Logger;
  /** Writes what waits. */
  readonly close: () => Promise<void>;
}

/** Characters that are written together. */
const TOGETHER = 2_048;

/**
 * Opens the log of requests on standard error. Its lines are gathered: to write each by itself would cost a request as
 * much as a call of the system does. A process that is killed loses those of the last second; lines of failures are
 * another logger's, and written at once.
 */
export function openRequestLog(level: string): RequestLog {
  const destination = openStandardError(TOGETHER);
  return { logger: pino({ base: null, level }, destination), close: destination.close };
}
