import { pino, type Logger } from 'pino';

/** Where lines of requests go. */
export interface RequestLog {
  readonly logger: Logger;
  /** Writes what waits. */
  readonly close: () => Promise<void>;
}

/** Characters that are written together; no more, since what a pipe takes at once is not mixed with other lines. */
const TOGETHER = 2_048;
const AT_ONCE = 4_096;
/** Characters that may wait where standard error is not read; lines beyond them are lost. */
const MOST = 1_000_000;
/** After so long, in ms, a line is written by itself. */
const LATEST_MS = 1_000;

/**
 * Opens the log of requests on standard error. Its lines are gathered: to write each by itself would cost a request as
 * much as a call of the system does. A process that is killed loses those of the last second; lines of failures are
 * another logger's, and written at once.
 */
export function openRequestLog(level: string): RequestLog {
  const destination = pino.destination({
    dest: 2,
    sync: false,
    minLength: TOGETHER,
    maxWrite: AT_ONCE,
    maxLength: MOST,
    periodicFlush: LATEST_MS,
  });
  return {
    logger: pino({ base: null, level }, destination),
    close: async () => await new Promise((resolve) => destination.flush(() => resolve())),
  };
}
