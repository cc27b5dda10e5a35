import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { TOKEN_AUDIENCE, TOKEN_ISSUER } from '../subgraphs/makeDemoToken.ts';
import { composeSchemaErrors, parseCompose, readCompose } from './compose/composeFile.ts';
import type { ComposeFile, ComposeService } from './compose/composeFile.ts';
import { parseDockerfile } from './compose/dockerfile.ts';
import type { DockerStage } from './compose/dockerfile.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** The port each service that this repository builds listens on. */
const PORTS: Readonly<Record<string, number>> = {
  gateway: 4000,
  accounts: 4001,
  jobs: 4002,
  messages: 4003,
  payments: 4004,
  activity: 4005,
  inquiries: 4006,
  consent: 4007,
};
const SUBGRAPHS = Object.keys(PORTS).filter((name) => name !== 'gateway' && name !== 'consent');

let text = '';
let compose: ComposeFile;
let stages: readonly DockerStage[] = [];
beforeAll(async () => {
  text = await readFile(join(root, 'docker-compose.yml'), 'utf8');
  compose = await readCompose();
  stages = parseDockerfile(await readFile(join(root, 'Dockerfile'), 'utf8'));
});

describe('docker-compose.yml', () => {
  it('is valid under the Compose Specification', async () => {
    expect(await composeSchemaErrors(parseCompose(text))).toEqual([]);
  });

  it.each([
    { name: 'an unknown key', given: 'services: { a: { image: a, comand: [x] } }', expected: /services\/a/ },
    { name: 'a wrong type', given: 'services: { a: { image: a, ports: 4000 } }', expected: /ports/ },
    { name: 'an unknown section', given: 'service: { a: { image: a } }', expected: /additional/ },
  ])('would not be with $name', async ({ given, expected }) => {
    expect((await composeSchemaErrors(parseCompose(given))).join('\n')).toMatch(expected);
  });

  it('has the gateway, the subgraphs, consent, Redis and PostgreSQL', () => {
    expect(Object.keys(compose.services).toSorted()).toEqual(
      [...Object.keys(PORTS), 'postgres', 'redis'].toSorted(),
    );
  });

  it('publishes the gateway alone, on loopback', () => {
    const published = Object.entries(compose.services).map(([name, { ports }]) => [name, ports] as const);
    expect(published.filter(([, ports]) => ports.length > 0)).toEqual([['gateway', ['127.0.0.1:4000:4000']]]);
  });

  it('keeps what trusts its network off any network with a way out', () => {
    expect(compose.networks['inside']).toEqual({ internal: true });
    const open = Object.keys(compose.services).filter((name) => service(name).networks.join() !== 'inside');
    expect(open).toEqual(['gateway']);
  });

  it('declares every network, volume and secret that it uses', () => {
    for (const { networks, volumes, secrets } of Object.values(compose.services)) {
      for (const name of networks) expect(compose.networks).toHaveProperty(name);
      for (const volume of volumes) expect(compose.volumes).toHaveProperty(volume.split(':', 1).join(''));
      for (const name of secrets) expect(compose.secrets).toHaveProperty(name);
    }
  });

  it('takes secrets from outside alone and says what is missing', () => {
    const variables = [...text.matchAll(/\$\{(\w+)([^}]*)\}/g)].map(([, name, rest]) => ({ name, rest }));
    expect(new Set(variables.map(({ name }) => name))).toEqual(
      new Set(['SUDARE_CALLER_KEY', 'SUDARE_CACHE_KEY', 'POSTGRES_PASSWORD', 'SUDARE_JWKS']),
    );
    for (const { rest } of variables) expect(rest).toMatch(/^:\?.*docs\/compose\.md/);
  });

  it('waits for healthy services that exist, in no circle', () => {
    const visit = (name: string, path: readonly string[]): void => {
      expect(path, `${name} depends on itself`).not.toContain(name);
      for (const [next, { condition }] of Object.entries(service(name).depends_on)) {
        expect(compose.services, `${name} depends on ${next}`).toHaveProperty(next);
        expect(condition).toBe('service_healthy');
        visit(next, [...path, name]);
      }
    };
    for (const name of Object.keys(compose.services)) visit(name, []);
    expect(Object.keys(service('gateway').depends_on).toSorted()).toEqual(
      [...SUBGRAPHS, 'consent', 'redis'].toSorted(),
    );
  });

  it('has the gateway take tokens of the demo’s issuer, for the demo', () => {
    expect(service('gateway').command).toEqual(
      expect.arrayContaining([`--jwt-issuer=${TOKEN_ISSUER}`, `--jwt-audience=${TOKEN_AUDIENCE}`]),
    );
  });

  it('names services by the port they listen on', () => {
    const urls = Object.values(compose.services).flatMap(({ command, environment }) =>
      [...command, ...Object.values(environment)].flatMap((each) => [
        ...each
          .replaceAll(/\$\{[^}]*\}/g, '')
          .matchAll(/\b(?:http|redis|postgres):\/\/(?:\w+:@)?([a-z]+):(\d+)/g),
      ]),
    );
    const ports = { ...PORTS, redis: 6379, postgres: 5432 };
    expect(Object.fromEntries(urls.map(([, host, port]) => [host, Number(port)]))).toEqual(
      Object.fromEntries(Object.entries(ports).filter(([name]) => name !== 'gateway')),
    );
  });

  it.each(Object.keys(PORTS))('checks the health of %s where it listens', (name) => {
    expect(healthUrl(service(name))).toBe(`http://127.0.0.1:${String(PORTS[name])}/health`);
  });

  it('gives the gateway files that are there', async () => {
    for (const argument of service('gateway').command) {
      const [, file] = /^--(?:supergraph|policy)=(.+)$/.exec(argument) ?? [];
      if (file !== undefined) await expect(access(join(root, file)), file).resolves.toBeUndefined();
    }
  });
});

describe('the commands of docker-compose.yml', () => {
  it.each(Object.keys(PORTS))('of %s has flags that its program knows', async (name) => {
    const [program, script = '', ...rest] = service(name).command;
    expect(program).toBe('node');
    const words = rest.filter((word) => !word.startsWith('-'));
    const { stdout } = await run(process.execPath, [script, ...words, '--help'], { cwd: root });
    for (const flag of rest.filter((word) => word.startsWith('--'))) {
      expect(stdout).toContain(flag.split('=', 1).join(''));
    }
  });
});

describe('Dockerfile', () => {
  it('has the stages that docker-compose.yml builds', () => {
    const targets = Object.values(compose.services).flatMap(({ build }) =>
      build === undefined ? [] : [build.target],
    );
    expect(stages.map(({ name }) => name)).toEqual(expect.arrayContaining(targets));
    expect(targets).toHaveLength(Object.keys(PORTS).length);
  });

  it('copies what is there, and what .dockerignore lets through', async () => {
    const ignore = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n');
    expect(ignore).toContain('*');
    for (const { from, sources } of stages.flatMap(({ copies }) => copies)) {
      for (const source of sources) {
        await expect(access(join(root, source.replace(/^\/app\//, ''))), source).resolves.toBeUndefined();
        if (from === null) expect(ignore).toContain(`!${source}`);
        else expect(stages.map(({ name }) => name)).toContain(from);
      }
    }
  });

  it('runs everything as a user who is not root, with a command that is there', async () => {
    for (const name of ['sudare', 'demo']) {
      const stage = stages.find((each) => each.name === name);
      const base = stages.find((each) => each.name === stage?.base);
      expect(stage?.user ?? base?.user).toBe('node');
      const [program, script = '', ...rest] = stage?.command ?? [];
      expect(program).toBe('node');
      await expect(run(process.execPath, [script, ...rest], { cwd: root })).resolves.toBeDefined();
    }
  });

  it('has each script that docker-compose.yml starts', () => {
    const copied = stages.flatMap(({ copies }) =>
      copies.flatMap(({ from, sources }) => (from === null ? sources : [])),
    );
    for (const name of Object.keys(PORTS)) {
      expect(copied).toContain(service(name).command[1]?.split('/', 1).join(''));
    }
  });

  it('is built on the Node that the repository is tested with', async () => {
    const version = process.versions.node.split('.', 1).join('');
    const images = stages.map(({ base }) => base).filter((base) => base.includes(':'));
    expect(new Set(images)).toEqual(new Set([`node:${version}-slim`]));
  });
});

function service(name: string): ComposeService {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}.`);
  return found;
}

function healthUrl({ healthcheck }: ComposeService): string | undefined {
  return /fetch\('([^']+)'\)/.exec(healthcheck.test.join(' '))?.[1];
}
