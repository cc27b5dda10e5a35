import type { Config } from './sections.ts';

/** How a gateway is to serve, whatever its supergraph comes from. */
export interface ServingConfig extends Config {
  readonly policy: Config['policy'] & { readonly file: string };
  readonly mode: 'dev' | 'production';
  /** The `sudare.yaml` that was read, if there was one. */
  readonly settingsFile: string | null;
  /** What mappings of consent systems take their headers from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}
