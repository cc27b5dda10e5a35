import { demoIds, isDemoId } from '../demoIds.ts';
import { groupByEach } from '../groupByEach.ts';
import { page } from '../page.ts';
import type { PageArguments } from '../page.ts';
import { startSubgraph } from '../startSubgraph.ts';
import type { ListenAt, RunningSubgraph, SubgraphResolvers } from '../startSubgraph.ts';
import { generateMarket } from './market.ts';
import type { Contract, Job, Proposal } from './market.ts';

/** Starts the subgraph that owns jobs, proposals and contracts. */
export async function startJobs(at: ListenAt): Promise<RunningSubgraph> {
  return await startSubgraph(
    { name: 'jobs', schema: new URL('./schema.graphql', import.meta.url), resolvers: resolvers() },
    at,
  );
}

interface Reference {
  readonly id: string;
}

/** A user as this subgraph is given it: the nickname only where `@requires` brings it. */
interface UserReference extends Reference {
  readonly nickname?: string | null;
}

function resolvers(): SubgraphResolvers {
  const market = generateMarket();
  const jobs = new Map(market.jobs.map((job) => [job.id, job]));
  const proposals = new Map(market.proposals.map((proposal) => [proposal.id, proposal]));
  const contracts = new Map(market.contracts.map((contract) => [contract.id, contract]));
  const agencies = new Map(demoIds('a').map((id, index) => [id, `Agency no. ${index + 1}`]));
  const proposalsByJob = Map.groupBy(market.proposals, ({ jobId }) => jobId);
  const proposalsByWorker = Map.groupBy(market.proposals, ({ workerId }) => workerId);
  const contractsByParty = groupByEach(market.contracts, ({ clientId, workerId }) => [clientId, workerId]);

  return {
    Query: {
      job: (_: unknown, { id }: Reference) => jobs.get(id) ?? null,
      jobs: (_: unknown, args: PageArguments) => page(market.jobs, args, 20),
      contract: (_: unknown, { id }: Reference) => contracts.get(id) ?? null,
      contracts: (_: unknown, args: PageArguments) => page(market.contracts, args, 20),
      search: (_: unknown, { text, first }: PageArguments & { text: string }) => {
        const wanted = text.toLowerCase();
        const found = market.jobs.filter(({ title }) => title.toLowerCase().includes(wanted));
        const results = found.flatMap((job) => [
          { __typename: 'Job', ...job },
          ...(proposalsByJob.get(job.id) ?? []).flatMap((proposal) => [
            { __typename: 'Proposal', ...proposal },
            { __typename: 'User', id: proposal.workerId },
          ]),
        ]);
        return page(results, { first: first ?? null }, 10);
      },
    },
    Job: {
      __resolveReference: ({ id }: Reference) => jobs.get(id) ?? null,
      postedBy: ({ postedById: id }: Job) => ({ __typename: agencies.has(id) ? 'Agency' : 'User', id }),
      proposals: ({ id }: Job, args: PageArguments) => page(proposalsByJob.get(id) ?? [], args, 10),
    },
    Agency: {
      __resolveReference: ({ id }: Reference) => (agencies.has(id) ? { id } : null),
      displayTitle: ({ id }: Reference) => agencies.get(id) ?? null,
    },
    User: {
      __resolveReference: (user: UserReference) => (isDemoId('u', user.id) ? user : null),
      trade: ({ id }: UserReference) => market.tradeOf.get(id) ?? null,
      displayTitle: ({ id, nickname }: UserReference) => {
        const trade = market.tradeOf.get(id)?.toLowerCase().replace('_', ' ');
        return nickname == null || trade === undefined ? null : `${nickname} (${trade})`;
      },
      proposals: ({ id }: Reference, args: PageArguments) => page(proposalsByWorker.get(id) ?? [], args, 10),
      contracts: ({ id }: Reference, args: PageArguments) => page(contractsByParty.get(id) ?? [], args, 10),
    },
    Proposal: {
      __resolveReference: ({ id }: Reference) => proposals.get(id) ?? null,
      job: ({ jobId }: Proposal) => jobs.get(jobId),
      worker: ({ workerId }: Proposal) => ({ id: workerId }),
    },
    Contract: {
      __resolveReference: ({ id }: Reference) => contracts.get(id) ?? null,
      job: ({ jobId }: Contract) => jobs.get(jobId),
      client: ({ clientId }: Contract) => ({ id: clientId }),
      worker: ({ workerId }: Contract) => ({ id: workerId }),
      agreedFee: ({ fee }: Contract) => fee,
    },
  };
}
