import { abstract } from './abstract.ts';
import { context } from './context.ts';
import { faults } from './faults.ts';
import { inputs } from './inputs.ts';
import { interfaceObject } from './interfaceObject.ts';
import { keys } from './keys.ts';
import { late } from './late.ts';
import { metadata } from './metadata.ts';
import { mutations } from './mutations.ts';
import { nulls } from './nulls.ts';
import { operations } from './operations.ts';
import { override } from './override.ts';
import { provides } from './provides.ts';
import { requires } from './requires.ts';
import type { Scene } from './scene.ts';
import { shareable } from './shareable.ts';

/** All scenes of the table. */
export const SCENES: readonly Scene[] = Object.freeze([
  keys,
  requires,
  context,
  provides,
  shareable,
  override,
  interfaceObject,
  abstract,
  inputs,
  metadata,
  mutations,
  operations,
  nulls,
  faults,
  late,
]);
