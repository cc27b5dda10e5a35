import { z } from 'zod';
import { proxyIdentity, usualForm } from '../../callers/proxyIdentity.ts';
import { orNone, section } from '../setting.ts';
import { text } from '../settingSchemas.ts';

/** Clients that are known by certificates, of which proxies tell. */
export const certificates = section({
  help: 'Clients that are known by certificates, of which the proxies tell that end their TLS; see calling.md.',
  settings: {
    proxies: {
      schema: z.array(text, { error: 'expected a list of addresses and networks' }).default([]),
      help: 'addresses and networks of the proxies that are believed, such as 10.0.3.7 or fd00:3::/64',
    },
    header: {
      schema: text.default('client-cert'),
      help: 'header in which they tell of a certificate, and which they take from clients’ requests',
    },
    form: {
      schema: orNone(z.enum(['text', 'certificate'], { error: 'expected text or certificate' })),
      help: 'what stands in it: text, compared as it is, or the certificate (RFC 9440); default for client-cert: certificate',
      counts: (value, { section: { header } }) => value ?? usualForm(String(header)),
    },
    clients: {
      schema: z.record(z.string(), text).default({}),
      help: 'ids of clients, by the text, or by sha256:… or uri:… of the certificate',
    },
  },
  check({ proxies, header, form, clients }, given) {
    if (proxies.length === 0) {
      return Object.keys(clients).length > 0 || given('header') || given('form')
        ? 'certificates.proxies is missing; expected the proxies that are believed.'
        : null;
    }
    try {
      const table = new Map(Object.entries(clients));
      proxyIdentity({ proxies, header, ...(form === null ? {} : { form }), clients: table });
      return null;
    } catch (error) {
      return `certificates: ${error instanceof Error ? error.message : 'expected other settings.'}`;
    }
  },
});
