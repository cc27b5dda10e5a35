import { orNone, section } from '../setting.ts';
import { fileName, httpUrl } from '../settingSchemas.ts';

/** Where consents are read. */
export const consent = section({
  help: 'Where consents are read.',
  settings: {
    url: {
      schema: orNone(httpUrl),
      help: 'where the consent source protocol is spoken; without it no consent is known',
      secret: 'within',
      flag: { name: 'consent-url', value: 'URL' },
    },
    mapping: {
      schema: orNone(fileName),
      help: 'how the system at --consent-url is asked and understood, where it speaks JSON of its own',
      names: 'file',
      flag: { name: 'consent-mapping', value: 'FILE' },
    },
  },
  check: ({ url, mapping }) =>
    mapping !== null && url === null ? '--consent-mapping needs --consent-url.' : null,
});
