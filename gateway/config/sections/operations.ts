import { z } from 'zod';
import { orNone, section } from '../setting.ts';
import { fileName } from '../settingSchemas.ts';

/** Documents that are known before anything is asked. */
export const operations = section({
  help: 'Documents that are known before anything is asked.',
  settings: {
    file: {
      schema: orNone(fileName),
      help: 'manifest of trusted documents, in Apollo’s or Relay’s format',
      names: 'file',
      change: 'followed',
      flag: { name: 'operations', value: 'FILE' },
    },
    mode: {
      schema: z.enum(['enforce', 'log'], { error: 'expected enforce or log' }).default('enforce'),
      help: 'enforce: no other document is answered; log: others are, and are logged by their hash',
      flag: { name: 'operations-mode', value: 'MODE' },
    },
  },
  check({ file }, given) {
    return given('mode') && file === null ? '--operations-mode needs --operations.' : null;
  },
});
