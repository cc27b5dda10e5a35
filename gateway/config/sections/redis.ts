import { orNone, section } from '../setting.ts';
import { redisUrl } from '../settingSchemas.ts';

/** What gateways share. */
export const redis = section({
  help: 'What gateways share.',
  settings: {
    url: {
      schema: orNone(redisUrl),
      help: 'cache of consent states, also a Cluster or Sentinels; without it they are read for each request',
      secret: 'within',
      flag: { name: 'redis-url', value: 'URL' },
    },
  },
});
