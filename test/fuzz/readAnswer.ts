import { z } from 'zod';
import { settledRecord } from '../settledRecord.ts';
import type { Answer } from './fuzzWorld.ts';

const bodySchema = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .default([]),
  extensions: z.record(z.string(), z.unknown()).default({}),
});

/** What the text of an answer says. */
export function bodyOf(text: string): z.infer<typeof bodySchema> {
  return bodySchema.parse(JSON.parse(text));
}

/** The access record without its times and its place in the chain. */
export function recorded({ audited }: Answer): string {
  return settledRecord(audited);
}

/**
 * The log without times; what a subgraph failed at is its operators' to know, and what fails for everybody is said once
 * in a while. An outcome that is the answer's own is not repeated: answers are compared by themselves.
 */
export function logLines({ logged, text }: Answer): string {
  const outcome = `"outcome":${JSON.stringify(outcomeIn(text))}`;
  return logged
    .split('\n')
    .filter((line) => line !== '' && !/"msg":"subgraph error"|"unsaid":\d/.test(line))
    .map((line) => line.replaceAll(/"(time|traceId|durationMs)":("[^"]*"|[\d.]+),?/g, ''))
    .map((line) => line.replaceAll(outcome, '"outcome":"as answered"'))
    .join('\n');
}

function outcomeIn(text: string): unknown {
  const { data, errors } = bodyOf(text);
  const [first] = errors;
  if (first === undefined) return 'OK';
  return data === null || data === undefined ? first.extensions['code'] : 'PARTIAL';
}
