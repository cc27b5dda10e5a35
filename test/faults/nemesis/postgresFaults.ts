import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { SUBJECTS } from '../scenario.ts';
import { POSTGRES_CONNECTIONS, type World } from '../world.ts';
import type { Fault } from './fault.ts';
import { healAll, writersLinks } from './linksOf.ts';

const hasPostgres = ({ postgres }: World): boolean => postgres !== null;

function postgresOf({ postgres }: World): NonNullable<World['postgres']> {
  if (postgres === null) throw new TypeError('There is no PostgreSQL in this world.');
  return postgres;
}

/** PostgreSQL dies with all its processes and comes back with what it had committed. */
export const killedPostgres: Fault = {
  name: 'PostgreSQL killed',
  about: 'store',
  fits: hasPostgres,
  strike: async (world) => {
    const { server } = postgresOf(world);
    await server.kill();
    return server.restart;
  },
};

/** PostgreSQL dies between a commit and what follows it, which the slow way to Redis draws out. */
export const killedAfterCommit: Fault = {
  name: 'PostgreSQL killed between commit and write-through',
  about: 'store',
  fits: (world) => hasPostgres(world) && world.redis.kind === 'single',
  strike: async (world, dice) => {
    const { server } = postgresOf(world);
    const links = writersLinks(world);
    for (const link of links) link.delay('there', 100 + dice.below(120));
    await sleep(200 + dice.below(400));
    await server.kill();
    return async () => {
      await server.restart();
      await healAll(links);
    };
  },
};

/** PostgreSQL is frozen: what was asked of it happens when it goes on, whether somebody still waits or not. */
export const pausedPostgres: Fault = {
  name: 'PostgreSQL paused',
  about: 'store',
  fits: hasPostgres,
  strike: async (world) => {
    const { server } = postgresOf(world);
    await server.pause();
    return server.resume;
  },
};

/** Others hold all connections that PostgreSQL takes; those of the subgraphs have been closed. */
export const noConnections: Fault = {
  name: 'PostgreSQL out of connections',
  about: 'store',
  fits: hasPostgres,
  strike: async (world) => {
    const { url } = postgresOf(world);
    const taken: Client[] = [];
    const take = async (): Promise<boolean> => {
      const client = new Client({ connectionString: url, application_name: 'taken' });
      client.on('error', () => undefined);
      try {
        await client.connect();
      } catch {
        return false;
      }
      taken.push(client);
      return true;
    };
    await take();
    for (let rounds = 0; rounds < 5; rounds += 1) {
      await taken[0]?.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where backend_type = 'client backend' and application_name <> 'taken'`,
      );
      await Promise.all(Array.from({ length: POSTGRES_CONNECTIONS }, take));
    }
    return async () => void (await Promise.all(taken.map(async (client) => await client.end())));
  },
};

/** Somebody holds the rows that writers lock: they wait, with all connections of their pool, and give up. */
export const lockedRows: Fault = {
  name: 'rows locked',
  about: 'store',
  fits: hasPostgres,
  strike: async (world, dice) => {
    const client = new Client({ connectionString: postgresOf(world).url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('begin');
    await client.query('select id from subjects where id = any($1) order by id for update', [
      dice.some(SUBJECTS, 0.7, 1),
    ]);
    return async () => await client.end();
  },
};
