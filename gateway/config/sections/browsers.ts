import { z } from 'zod';
import { createCors } from '../../http/cors.ts';
import { section } from '../setting.ts';

/** Which web pages may read answers. */
export const browsers = section({
  help: 'Which web pages may read answers (CORS).',
  settings: {
    origins: {
      schema: z
        .array(
          z.string().refine(isOrigin, {
            error: 'expected a scheme, host and port as browsers send them, such as https://shop.example',
          }),
        )
        .default([]),
      help: 'origins whose pages may read answers, each in full, such as https://shop.example',
      flag: { name: 'cors-origin', value: 'ORIGIN', repeats: true, read: (given) => given },
    },
    headers: {
      schema: z
        .array(z.string().regex(/^[\w-]{1,100}$/, { error: 'expected the name of a header' }))
        .default([]),
      help: 'headers beside those of Sudare’s own that these pages may send',
    },
    credentials: {
      schema: z.boolean({ error: 'expected true or false' }).default(false),
      help: 'whether these pages may send cookies and client certificates',
    },
  },
});

function isOrigin(origin: string): boolean {
  try {
    createCors({ origins: [origin] });
    return true;
  } catch {
    return false;
  }
}
