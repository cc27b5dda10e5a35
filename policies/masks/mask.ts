import type { KeyObject } from 'node:crypto';
import type { z } from 'zod';

/** A GraphQL leaf type as masks see it: `policies/` knows no graphql. `name` is `String`, `DateTime`, `Role`, … */
export interface LeafType {
  readonly kind: 'String' | 'ID' | 'Int' | 'Float' | 'Boolean' | 'Enum' | 'Scalar';
  readonly name: string;
  /** The enum's values, empty otherwise. */
  readonly values: readonly string[];
}

/** What a mask may depend on besides the value. */
export interface MaskContext {
  readonly purpose: string;
  readonly recipient: string;
  readonly category: string;
  /** `null` where no one subject stands behind the value. */
  readonly subject: string | null;
  readonly pseudonymKey: PseudonymKey | null;
}

/** A named secret for pseudonyms; the id shows in the token so that keys can be rotated. */
export interface PseudonymKey {
  readonly id: string;
  /** A key object: with bytes, each pseudonym would take six times as long. */
  readonly secret: KeyObject;
}

/** Returned by a mask that can say nothing safe about this value: the type's constant is shown instead. */
export const CONSTANT: unique symbol = Symbol('constant');

export interface MaskExample {
  readonly name: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly given: unknown;
  /** The masked value, or `CONSTANT`. */
  readonly expected: unknown;
}

/** One way of hiding a value. `apply` is pure; it is given non-null values of any type and size. */
export interface Mask<Parameters> {
  readonly kind: string;
  /** One paragraph for the docs: what stays visible and why that is safe. */
  readonly doc: string;
  /** What the output tells of the value: nothing, a token equal for equal values, or a part of it. */
  readonly reveals: 'nothing' | 'token' | 'part';
  readonly parameters: z.ZodType<Parameters>;
  /** Leaf kinds whose type the output has. */
  readonly leaves: readonly LeafType['kind'][];
  readonly examples: readonly MaskExample[];
  /**
   * `parameters` is what this mask's own schema gave. A method, so that masks of all parameters fit one registry
   * (`Mask<unknown>`): TypeScript compares the parameters of methods in both directions.
   */
  apply(value: unknown, parameters: Parameters, context: MaskContext): unknown;
}
