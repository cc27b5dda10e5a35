import { extendSchema, parse, type GraphQLSchema } from 'graphql';
import { fieldOf } from './selections.ts';

/** Name of the root field that tells a client what it may declare; in development alone. */
export const DISCOVERY = '_privacy';

const TYPES = ['_Privacy', '_PrivacyPurpose', '_PrivacyBasis'];

/** The shape of `Declarable` in policies/declarable.ts. */
const SDL = `
"What the calling client may declare. In development alone."
type _Privacy {
  client: String!
  "Who may receive its answers. Where there are several, x-recipient names one."
  recipients: [String!]!
  "What it may declare by x-purpose or @usedFor."
  purposes: [_PrivacyPurpose!]!
  "Exceptions of the policy that its token may state."
  grounds: [String!]!
}
type _PrivacyPurpose {
  key: String!
  "The policy's own words."
  text: String!
  article: String!
  "Why it is served to each recipient. One that is missing here is not served."
  bases: [_PrivacyBasis!]!
  "Categories that it may find or order by."
  lookups: [String!]!
  "Grounds of the client's that reach it."
  grounds: [String!]!
}
type _PrivacyBasis {
  recipient: String!
  "notified, consent, ground or self"
  basis: String!
}`;

/**
 * The API schema with `_privacy`, for clients alone: the planner never learns of the field. A schema that uses one
 * of the names itself is given back as it is; `offersDiscovery` tells.
 */
export function withDiscovery(schema: GraphQLSchema): GraphQLSchema {
  const query = schema.getQueryType();
  if (!query || fieldOf(query, DISCOVERY) !== null || TYPES.some((name) => schema.getType(name))) {
    return schema;
  }
  const extension = parse(`extend type ${query.name} { ${DISCOVERY}: _Privacy } ${SDL}`);
  return extendSchema(schema, extension, { assumeValid: true });
}

/** Whether `_privacy` is the gateway's own: a field that clients see and the planner does not know. */
export function offersDiscovery(seen: GraphQLSchema, planned: GraphQLSchema): boolean {
  const [ofSeen, ofPlanned] = [seen.getQueryType(), planned.getQueryType()];
  if (!ofSeen || !ofPlanned) return false;
  return fieldOf(ofSeen, DISCOVERY) !== null && fieldOf(ofPlanned, DISCOVERY) === null;
}
