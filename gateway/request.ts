import type { GatewayExecutionResult, GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { OperationTypeNode } from 'graphql';
import type { CallerClaims } from '../policies/admit.ts';
import type { ConsentLookup } from '../policies/consent/lookup.ts';
import { currentRevision } from '../policies/currentRevision.ts';
import { declarable } from '../policies/declarable.ts';
import type { PseudonymKey } from '../policies/masks/mask.ts';
import { admitCaller } from './admitCaller.ts';
import type { AuditTrail } from './audit/trail.ts';
import type { Candidate } from './candidate/candidate.ts';
import { coerceVariables, renamed } from './coerceVariables.ts';
import { createConsentAsking } from './consentAsking.ts';
import type { Executor } from './execute/executor.ts';
import { decideAnew, fetchPermitted, type FetchInput } from './fetchPermitted.ts';
import type { Generation } from './generation.ts';
import { justificationOf } from './justification.ts';
import type { Log } from './log.ts';
import { DISCOVERY } from './prepare/discovery.ts';
import { preparedFor } from './prepare/preparedFor.ts';
import { clientErrors } from './project/clientErrors.ts';
import { createMaskedReport, type Disclosure } from './project/maskedReport.ts';
import { project } from './project/project.ts';
import { respond } from './project/respond.ts';
import { watchedOf } from './watch/watchedOf.ts';
import type { ServicesFor } from './tellSubgraphs.ts';

/** What one gateway answers every request with. */
export interface RequestDependencies {
  readonly execute: Executor;
  readonly consent: ConsentLookup;
  readonly audit: AuditTrail;
  readonly servicesFor: ServicesFor;
  readonly pseudonymKey: PseudonymKey | null;
  readonly disclosure: Disclosure;
  /** Names of subgraphs whose errors are told in their own words. */
  readonly openSubgraphs: ReadonlySet<string>;
  /** A policy that is tried beside the one in force, and has no part in any answer; `null`: none. */
  readonly candidate: Candidate | null;
  readonly log: Log;
}

/**
 * Answers one parsed and validated request, in the order of DESIGN §5: the file to read first.
 *
 * caller → prepare → execute → consent → project → audit. Refusals are thrown before anything is fetched.
 */
export async function answer(
  dependencies: RequestDependencies,
  generation: Generation,
  requestContext: GatewayGraphQLRequestContext,
  claims: CallerClaims,
): Promise<GatewayExecutionResult> {
  const { execute, consent, audit, servicesFor, pseudonymKey, disclosure, openSubgraphs, log } = dependencies;
  const { policy, rules } = generation;
  const now = Date.now();
  const watched = watchedOf(requestContext);
  const { traceId } = watched;
  const justification = justificationOf(requestContext);

  // Who is calling, for whom and what for.
  watched.calledBy(policy, claims);
  const caller = admitCaller(policy, claims, requestContext.operation, now);
  watched.calledBy(policy, caller);

  // What can be known before variables and data are: once per profile, then what this request's values add.
  watched.at('prepare');
  const { operation, request } = requestContext;
  const variables = coerceVariables(generation.schema, operation, request.variables);
  const prepared = await preparedFor(generation, requestContext, caller, variables);
  const inputs = prepared.checkArguments(caller, variables);

  // What is written cannot be taken back where its record cannot be kept.
  if (operation.operation === OperationTypeNode.MUTATION) audit.ready();

  // Fetch what may be shown to somebody, and ask whom it is about, each once.
  const services = servicesFor(generation, caller, traceId);
  let asking = createConsentAsking({ consent, policy, caller });
  const input: FetchInput = {
    prepared,
    subjectFields: generation.subjectFields,
    neededFields: generation.neededFields,
    withGranted: async (granted) => await preparedFor(generation, requestContext, caller, variables, granted),
    run: async (of) => {
      watched.at('fetch');
      const fetchVariables = renamed(variables, of.variables);
      const found = await execute({ plan: of.plan, services, variables: fetchVariables, requestContext });
      // One error may stand at several rows; and several failures may have one cause.
      const causes = new Map(found.errors.map((error) => [error.path === null ? error : error.cause, error]));
      for (const error of causes.values()) log.subgraphError(error, traceId);
      return found;
    },
    ask: async ({ data, prepared: { shape } }) =>
      await watched.asking(async () => await asking.ask(data, shape)),
  };
  let permitted = await fetchPermitted(input);

  for (;;) {
    // What was slow to come is decided about anew.
    if (asking.isStale()) {
      asking = asking.again();
      permitted = await decideAnew(input, permitted);
    }
    const { data, errors, decide } = permitted;
    const { shape } = permitted.prepared;

    // Build the answer from what the decisions allow.
    watched.at('project');
    const report = createMaskedReport(disclosure);
    const groups = audit.begin(asking);
    const projected = project(data, shape, {
      caller,
      decide,
      report,
      pseudonymKey,
      introspection: prepared.introspect(variables, { [DISCOVERY]: () => declarable(policy, claims) }),
      onDecision: groups.add,
    });

    // No answer without its record.
    watched.at('audit');
    const revision = currentRevision(policy, now).id;
    await audit.record(
      {
        traceId,
        client: caller.client,
        endUser: caller.endUser,
        actor: caller.actor,
        recipient: caller.recipient,
        recipientKind: policy.recipients.get(caller.recipient)?.kind ?? 'third_party',
        purpose: caller.purpose,
        ground:
          caller.ground === null ? null : { kind: caller.ground.kind, reference: caller.ground.reference },
        justification,
        policyRevision: revision,
        operation: requestContext.operationName,
        inputs,
      },
      groups,
    );
    if (asking.isStale()) continue;
    watched.decided(groups.outcomes());

    const { states } = asking;
    const { candidate } = dependencies;
    candidate?.answered({ ...permitted, policy, claims, operation, variables, states: states(), caller });

    const masked = report.entries();
    return respond({
      projected,
      errors: clientErrors(errors, { data, root: shape, rules, decide, masked, openSubgraphs }),
      privacy: rules.linked ? { purpose: caller.purpose, policyRevision: revision, masked } : null,
    });
  }
}
