import { audit } from './sections/audit.ts';
import { certificates } from './sections/certificates.ts';
import { browsers } from './sections/browsers.ts';
import { consent } from './sections/consent.ts';
import { keys } from './sections/keys.ts';
import { limits } from './sections/limits.ts';
import { operations } from './sections/operations.ts';
import { policy } from './sections/policy.ts';
import { redis } from './sections/redis.ts';
import { server } from './sections/server.ts';
import { subgraphs } from './sections/subgraphs.ts';
import { supergraph } from './sections/supergraph.ts';
import { tokens } from './sections/tokens.ts';
import { watching } from './sections/watching.ts';
import type { ValuesOf } from './setting.ts';

/**
 * Every section of `sudare.yaml`, in the order of the help text and of docs/configuration.md.
 *
 * To add a setting, add one entry to `settings` in one file of `sections/`: its zod schema with a default (`orNone` for
 * what may be left out), what it is for, and a flag where one is wanted. It then
 *
 * - can be said in the file under `section.key`, by the environment variable `SUDARE_SECTION_KEY` and by its flag, of
 *   which a flag counts most, then the environment, then the file, then the default;
 * - stands in the help text, in docs/configuration.md and in sudare.schema.json (write the two with
 *   `node gateway/config/writeReference.ts`; a test compares);
 * - is `config.section.key` in `serveUntilStopped.ts`, with the type that its schema infers.
 *
 * Nested mappings and lists are zod schemas like any other, whose keys are described with `.describe()`; see `byName` of
 * `sections/subgraphs.ts`, also for flags that say only a part of one. What must hold between settings of a section is
 * its `check`; what must hold between sections is in `checkTogether.ts`. A new section is a file in `sections/` and a line
 * here.
 */
export const SECTIONS = Object.freeze({
  supergraph,
  policy,
  consent,
  redis,
  server,
  subgraphs,
  tokens,
  certificates,
  operations,
  browsers,
  limits,
  audit,
  keys,
  watching,
});

type Sections = typeof SECTIONS;

/** All settings with the values that count. */
export type Config = { readonly [Key in keyof Sections]: ValuesOf<Sections[Key]['settings']> };
