/** One stage of a Dockerfile: `FROM base AS name` and what follows. */
export interface DockerStage {
  readonly name: string;
  readonly base: string;
  /** `COPY` instructions; `from` is `null` for the build context. */
  readonly copies: readonly { readonly from: string | null; readonly sources: readonly string[] }[];
  readonly user: string | null;
  readonly command: readonly string[] | null;
}

/**
 * The stages of a Dockerfile in order. Reads the notation that this repository uses: one instruction a line,
 * named stages, commands as JSON arrays.
 * @throws Error for a line that is not of it.
 */
export function parseDockerfile(text: string): readonly DockerStage[] {
  const stages: DockerStage[] = [];
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const [, instruction = '', rest = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    const stage = stages.at(-1);
    if (instruction === 'FROM') stages.push(startOf(rest));
    else if (stage === undefined) throw new Error(`Expected FROM before: ${line}`);
    else stages.splice(-1, 1, { ...stage, ...change(stage, instruction, rest) });
  }
  return stages;
}

function startOf(rest: string): DockerStage {
  const [, base, name] = /^(\S+) AS (\S+)$/.exec(rest) ?? [];
  if (base === undefined || name === undefined) throw new Error(`Expected FROM … AS …, not: FROM ${rest}`);
  return { name, base, copies: [], user: null, command: null };
}

function change(stage: DockerStage, instruction: string, rest: string): Partial<DockerStage> {
  switch (instruction) {
    case 'COPY': {
      const [, from = null, paths = ''] = /^(?:--from=(\S+) )?(.+)$/.exec(rest) ?? [];
      return { copies: [...stage.copies, { from, sources: paths.split(' ').slice(0, -1) }] };
    }
    case 'USER':
      return { user: rest };
    case 'CMD': {
      const command: unknown = JSON.parse(rest);
      if (!Array.isArray(command)) throw new Error(`Expected CMD as a JSON array, not: ${rest}`);
      return { command: command.map(String) };
    }
    case 'ENV':
    case 'RUN':
    case 'WORKDIR':
      return {};
    default:
      throw new Error(`Expected an instruction that test/compose/dockerfile.ts reads, not ${instruction}`);
  }
}
