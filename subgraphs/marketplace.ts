import { startAccounts } from './accounts/accounts.ts';
import { startActivity } from './activity/activity.ts';
import { startInquiries } from './inquiries/inquiries.ts';
import { startJobs } from './jobs/jobs.ts';
import { startMessages } from './messages/messages.ts';
import { startPayments } from './payments/payments.ts';
import type { ListenAt, RunningSubgraph } from './startSubgraph.ts';

/** The demo marketplace's own subgraphs by name. Consent is not among them: it is a product, started its own way. */
export const MARKETPLACE: ReadonlyMap<string, (at: ListenAt) => Promise<RunningSubgraph>> = new Map([
  ['accounts', startAccounts],
  ['jobs', startJobs],
  ['messages', startMessages],
  ['payments', startPayments],
  ['activity', startActivity],
  ['inquiries', startInquiries],
]);
