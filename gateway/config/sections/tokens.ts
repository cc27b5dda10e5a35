import { orNone, section } from '../setting.ts';
import { fileName, text } from '../settingSchemas.ts';

/** Whose tokens are accepted: a key alone would accept what its owner signed for anybody. */
export const tokens = section({
  help: 'Whose tokens are accepted of callers.',
  settings: {
    keyFile: {
      schema: orNone(fileName),
      help: 'keys that callers’ tokens are verified with: JWKS, JWK or PEM',
      names: 'file',
      flag: { name: 'jwks', value: 'FILE' },
    },
    issuer: {
      schema: orNone(text),
      help: 'issuer that tokens must have; needed with --jwks',
      flag: { name: 'jwt-issuer', value: 'ISS' },
    },
    audience: {
      schema: orNone(text),
      help: 'audience that tokens must have; needed with --jwks',
      flag: { name: 'jwt-audience', value: 'AUD' },
    },
  },
  check({ keyFile, issuer, audience }) {
    if (keyFile === null) {
      if (issuer !== null) return '--jwt-issuer needs --jwks, the keys to verify tokens with.';
      if (audience !== null) return '--jwt-audience needs --jwks, the keys to verify tokens with.';
      return null;
    }
    if (issuer === null) {
      return '--jwt-issuer is missing; expected the issuer that tokens name in `iss`; --jwks alone would take any.';
    }
    if (audience === null) {
      return '--jwt-audience is missing; expected the audience that tokens name in `aud`; --jwks alone would take tokens for other services.';
    }
    return null;
  },
});
