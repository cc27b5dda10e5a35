import { orNone, section } from '../setting.ts';
import { keyBytes } from '../settingSchemas.ts';

/** Secrets: from the environment, or from files, so that no process list shows them. */
export const keys = section({
  help: 'Secrets, each 32 bytes or more in base64, e.g. from `openssl rand -base64 32`. The file names files that hold them.',
  settings: {
    caller: {
      schema: orNone(keyBytes),
      help: 'shared with the consent subgraph: signs who is calling; needed where the supergraph has that subgraph, but for --dev',
      secret: 'whole',
      environment: 'SUDARE_CALLER_KEY',
    },
    cache: {
      schema: orNone(keyBytes),
      help: 'shared with the consent subgraph: hides subject ids in Redis; needed with --redis-url',
      secret: 'whole',
      environment: 'SUDARE_CACHE_KEY',
    },
    audit: {
      schema: orNone(keyBytes),
      help: 'makes references to subjects in the access record where the consent source gives none; a random one by default',
      secret: 'whole',
      environment: 'SUDARE_AUDIT_KEY',
    },
    pseudonym: {
      schema: orNone(keyBytes),
      help: 'makes pseudonyms; without it such masks show the constant',
      secret: 'whole',
      environment: 'SUDARE_PSEUDONYM_KEY',
    },
  },
});
