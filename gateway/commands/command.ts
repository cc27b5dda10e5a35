import type { StopOrder } from './listenForStop.ts';

/** One command of `sudare`. */
export interface Command {
  /** The help text: `sudare NAME FLAGS`, then what each flag means. */
  readonly usage: string;
  /**
   * Runs it; the result is the exit code once there is nothing left to do. Whatever is thrown is printed and
   * exits with 2 for a ConfigError and 1 otherwise.
   *
   * @param stop tells one that serves when to stop; by default it listens itself.
   */
  run(args: readonly string[], environment: Environment, stop?: StopOrder): Promise<number>;
}

export type Environment = Readonly<Record<string, string | undefined>>;
