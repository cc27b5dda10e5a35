import type { Callers } from './callers.ts';
import type { View } from './world/graph.ts';
import type { Annotation } from './world/subgraphs.ts';

/** One row of the table: a gateway, how it is set up and what it is sent. */
export interface Contestant {
  /** By which `--only` and the data name it. */
  readonly name: string;
  readonly label: string;
  /** Module in `gateways/`. */
  readonly module: string;
  readonly supergraph: Annotation;
  /** What its answers must show. */
  readonly view: View;
  readonly headers: keyof Pick<Callers, 'byHeader' | 'byToken'>;
  readonly deduplication: 'on' | 'off';
  /** Where Sudare's access record goes, and whether answers wait for it there. */
  readonly record: 'standard output' | 'file' | 'file, by best effort';
  /** What Sudare does beside answering and logging: nothing, metrics, or clients' requests counted in Redis. */
  readonly beside: 'nothing' | 'metrics' | 'rates';
  /** `one`: the same request over and over, which is what in-flight de-duplication is for. */
  readonly requests: 'varied' | 'one';
  /** Whether it needs the packages of this folder's own package.json. */
  readonly packages: 'own' | 'root';
}

const USUAL = {
  headers: 'byHeader',
  deduplication: 'off',
  record: 'standard output',
  beside: 'nothing',
  requests: 'varied',
  packages: 'root',
} as const satisfies Partial<Contestant>;

/** The rows, in the order of the table. `apollo` is what all are compared with, and `proxy` the limit. */
export const CONTESTANTS: readonly Contestant[] = Object.freeze([
  {
    ...USUAL,
    name: 'sudare',
    label: 'Sudare, masked',
    module: 'sudare',
    supergraph: 'annotated',
    view: 'permitted',
  },
  {
    ...USUAL,
    name: 'sudareToken',
    label: 'Sudare, masked, callers with a token',
    module: 'sudare',
    supergraph: 'annotated',
    view: 'permitted',
    headers: 'byToken',
  },
  {
    ...USUAL,
    name: 'sudareRecorded',
    label: 'Sudare, masked, record on the disk',
    module: 'sudare',
    supergraph: 'annotated',
    view: 'permitted',
    record: 'file',
  },
  {
    ...USUAL,
    name: 'sudareBestEffort',
    label: 'Sudare, masked, record by best effort',
    module: 'sudare',
    supergraph: 'annotated',
    view: 'permitted',
    record: 'file, by best effort',
  },
  {
    ...USUAL,
    name: 'sudareMetrics',
    label: 'Sudare, masked, with metrics',
    module: 'sudare',
    supergraph: 'annotated',
    view: 'permitted',
    beside: 'metrics',
  },
  {
    ...USUAL,
    name: 'sudareRates',
    label: 'Sudare, masked, requests counted in Redis',
    module: 'sudare',
    supergraph: 'annotated',
    view: 'permitted',
    beside: 'rates',
  },
  {
    ...USUAL,
    name: 'sudareUnmasked',
    label: 'Sudare, no annotations',
    module: 'sudare',
    supergraph: 'plain',
    view: 'everything',
  },
  {
    ...USUAL,
    name: 'apollo',
    label: 'Apollo Gateway',
    module: 'apollo',
    supergraph: 'plain',
    view: 'everything',
  },
  {
    ...USUAL,
    name: 'handWritten',
    label: 'Apollo Gateway, masked by hand',
    module: 'handWritten',
    supergraph: 'plain',
    view: 'permitted',
  },
  {
    ...USUAL,
    name: 'hive',
    label: 'Hive Gateway, Rust planner',
    module: 'hive',
    supergraph: 'plain',
    view: 'everything',
    packages: 'own',
  },
  {
    ...USUAL,
    name: 'hiveDeduplicating',
    label: 'the same, one request repeated, de-duplicated',
    module: 'hive',
    supergraph: 'plain',
    view: 'everything',
    deduplication: 'on',
    requests: 'one',
    packages: 'own',
  },
  {
    ...USUAL,
    name: 'proxy',
    label: 'Limit: a proxy that parses and prints',
    module: 'proxy',
    supergraph: 'plain',
    view: 'everything',
  },
] satisfies readonly Contestant[]);
