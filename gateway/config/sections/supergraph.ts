import { z } from 'zod';
import { orNone, section } from '../setting.ts';
import { fileName } from '../settingSchemas.ts';

/** What is served. */
export const supergraph = section({
  help: 'What is served.',
  settings: {
    file: {
      schema: orNone(fileName),
      help: 'SDL of a composed supergraph',
      names: 'file',
      change: 'followed',
      flag: { name: 'supergraph', value: 'FILE' },
    },
    unverified: {
      schema: z.boolean().default(false),
      help: 'serve a supergraph that `sudare compose` did not stamp',
      flag: { name: 'unverified', value: null },
    },
  },
});
