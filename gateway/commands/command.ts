/** One command of `sudare`. */
export interface Command {
  /** The help text: `sudare NAME FLAGS`, then what each flag means. */
  readonly usage: string;
  /**
   * Runs it; the result is the exit code once there is nothing left to do. Whatever is thrown is printed and
   * exits with 2 for a ConfigError and 1 otherwise.
   */
  run(args: readonly string[], environment: Environment): Promise<number>;
}

export type Environment = Readonly<Record<string, string | undefined>>;
