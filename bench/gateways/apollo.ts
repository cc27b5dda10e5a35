import '../../gateway/telemetryOff.ts';
import { hostGateway } from './hostGateway.ts';
import { startApollo } from './startApollo.ts';

// Plain Apollo Gateway, as its documentation sets it up.
await hostGateway(async ({ supergraph }) => await startApollo(supergraph, () => []));
