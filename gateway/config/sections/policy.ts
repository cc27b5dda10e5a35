import { z } from 'zod';
import { orNone, section } from '../setting.ts';
import { fileName } from '../settingSchemas.ts';

/** What may be shown. */
export const policy = section({
  help: 'What may be shown to whom, and what for.',
  settings: {
    file: {
      schema: orNone(fileName),
      help: 'policy.yaml; one with errors is refused when it changes, and the old one stays',
      names: 'file',
      change: 'followed',
      flag: { name: 'policy', value: 'FILE' },
    },
    mode: {
      schema: z.enum(['enforce', 'dry-run'], { error: 'expected enforce or dry-run' }).default('enforce'),
      help: 'dry-run: answer everything unmasked, with --dev alone; to try a policy elsewhere there is --candidate-policy',
      flag: { name: 'mode', value: 'MODE' },
    },
    candidate: {
      schema: orNone(fileName),
      help: 'a policy to be tried: what it would change of the answers given is counted, and nothing else',
      names: 'file',
      change: 'followed',
      flag: { name: 'candidate-policy', value: 'FILE' },
    },
  },
});
