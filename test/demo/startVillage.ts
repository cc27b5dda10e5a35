import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeTest } from '../gatewayHarness.ts';
import { startFile, type RunningCommand } from './startCommand.ts';
import { startStub, type StubServer } from './stubServer.ts';
import { consentSource, subgraph, VILLAGE } from './village.ts';

/** A gateway of a real `sudare start` with stubs of everything behind it. */
export interface Village {
  readonly url: string;
  readonly gateway: RunningCommand;
  readonly people: StubServer;
  readonly work: StubServer;
  readonly consent: StubServer;
  /** Folder with `supergraph.graphql` and `policy.yaml`, which the gateway was started on. */
  readonly folder: string;
  /** Lets everything behave well again. */
  readonly heal: () => void;
  readonly close: () => Promise<void>;
}

/** The line that `sudare start` logs once it listens. */
export const LISTENING = /"url":"(http:[^"]+)"/;

/** Writes the village's supergraph and the shipped policy into a new folder. */
export async function villageFiles(urls: ReadonlyMap<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sudare-village-'));
  await writeFile(join(folder, 'supergraph.graphql'), composeTest(VILLAGE, urls));
  await writeFile(join(folder, 'policy.yaml'), await readFile('policies/crowdworks/policy.yaml'));
  return folder;
}

/** Starts stubs and a gateway before them. */
export async function startVillage(): Promise<Village> {
  const [people, work, consent] = await Promise.all([
    startStub(subgraph('people')),
    startStub(subgraph('work')),
    startStub(consentSource()),
  ]);
  const folder = await villageFiles(
    new Map([
      ['people', people.url],
      ['work', work.url],
    ]),
  );
  const gateway = startFile('gateway/cli.ts', [
    'start',
    '--dev',
    '--unverified',
    `--supergraph=${join(folder, 'supergraph.graphql')}`,
    `--policy=${join(folder, 'policy.yaml')}`,
    `--consent-url=${consent.url}`,
    '--port=0',
  ]);
  const [, url = ''] = await gateway.prints(LISTENING);
  return {
    url,
    gateway,
    people,
    work,
    consent,
    folder,
    heal: () => {
      people.behave(subgraph('people'));
      work.behave(subgraph('work'));
      consent.behave(consentSource());
    },
    close: async () => {
      await gateway.stop();
      await Promise.all([people.down(), work.down(), consent.down()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
