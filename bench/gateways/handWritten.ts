import '../../gateway/telemetryOff.ts';
import DataLoader from 'dataloader';
import { execute, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { mapSchema, MapperKind } from '@graphql-tools/utils';
import { Redis } from 'ioredis';
import { FILLER, MASKED_HOST } from '../../policies/masks/marker.ts';
import { plainConsentKey } from '../world/plainConsents.ts';
import { hostGateway } from './hostGateway.ts';
import { startApollo } from './startApollo.ts';

// Masking as an app team writes it over a plain gateway: resolvers of personal fields ask for the person's consent,
// through a loader that reads all of a request by one MGET. Resolvers do not run in a gateway, so a plugin executes
// the operation once more over the answer.

/** Text in place of personal fields of `User`. */
const MASKS: Readonly<Record<string, string>> = {
  name: FILLER,
  nickname: FILLER,
  address: FILLER,
  email: `${FILLER}@${MASKED_HOST}`,
  phone: `+${FILLER}`,
};

interface Context {
  readonly consents: DataLoader<string, boolean>;
}

/** An object of the gateway's answer. */
type Answered = Readonly<Record<string, unknown>>;

await hostGateway(async ({ supergraph, redisUrl }) => {
  const redis = new Redis(redisUrl);
  const readConsents = async (ids: readonly string[]): Promise<boolean[]> => {
    const found = await redis.mget(ids.map(plainConsentKey));
    return found.map((value) => value === 'given');
  };
  let masking: GraphQLSchema | null = null;
  const hosted = await startApollo(supergraph, (schema) => [
    {
      async requestDidStart() {
        return await Promise.resolve({
          async willSendResponse({ document, request, response }) {
            if (response.body.kind !== 'single' || response.body.singleResult.data == null) return;
            if (document === undefined) return;
            masking ??= withMasks(schema());
            const { data, errors } = await execute({
              schema: masking,
              document,
              rootValue: response.body.singleResult.data,
              variableValues: request.variables ?? {},
              operationName: request.operationName ?? null,
              contextValue: { consents: new DataLoader(readConsents) } satisfies Context,
            });
            if (errors !== undefined) throw new Error('The answer could not be masked.');
            response.body.singleResult.data = data ?? null;
          },
        });
      },
    },
  ]);
  return {
    url: hosted.url,
    close: async () => {
      await hosted.close();
      redis.disconnect();
    },
  };
});

function withMasks(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config, field, type) => {
      // The gateway's answer has no functions and its keys are the client's.
      const mask = isObjectType(schema.getType(type)) && type === 'User' ? MASKS[field] : undefined;
      return mask === undefined
        ? { ...config, resolve: byResponseKey }
        : { ...config, resolve: masked(mask) };
    },
  });
}

const byResponseKey: GraphQLFieldResolver<Answered, Context> = (source, _args, _context, info) =>
  source[info.fieldNodes[0]?.alias?.value ?? info.fieldName];

function masked(mask: string): GraphQLFieldResolver<Answered, Context> {
  return async (source, args, context, info) =>
    typeof source['id'] === 'string' && (await context.consents.load(source['id']))
      ? byResponseKey(source, args, context, info)
      : mask;
}
