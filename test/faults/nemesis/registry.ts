import {
  clusterFailOver,
  failOverWhileMoving,
  killedClusterPrimary,
  movingSlots,
  pausedClusterPrimary,
} from './clusterFaults.ts';
import { killedBeforeDeletion, killedConsent, pausedConsent } from './consentFaults.ts';
import { readersCutOff, writersCutOff } from './cutFromRedis.ts';
import type { Fault } from './fault.ts';
import { frozenLinks } from './frozenLinks.ts';
import { evicting, outOfMemory } from './fullRedis.ts';
import { killedGateway, pausedBeforeFill, pausedGateway, stutteringGateway } from './gatewayFaults.ts';
import { killedRedis } from './killedRedis.ts';
import { lateSource } from './lateSource.ts';
import { oldSnapshot } from './oldSnapshot.ts';
import { pausedRedis } from './pausedRedis.ts';
import {
  killedAfterCommit,
  killedPostgres,
  lockedRows,
  noConnections,
  pausedPostgres,
} from './postgresFaults.ts';
import { resetConnections } from './resetConnections.ts';
import { askedSentinelFailOver, killedSentinelPrimary, pausedSentinelPrimary } from './sentinelFaults.ts';
import { sleepingRedis } from './sleepingRedis.ts';
import { slowRedis } from './slowRedis.ts';

/** Every fault. */
export const FAULTS: readonly Fault[] = Object.freeze([
  killedRedis,
  oldSnapshot,
  pausedRedis,
  sleepingRedis,
  slowRedis,
  outOfMemory,
  evicting,
  pausedClusterPrimary,
  killedClusterPrimary,
  clusterFailOver,
  movingSlots,
  failOverWhileMoving,
  pausedSentinelPrimary,
  killedSentinelPrimary,
  askedSentinelFailOver,
  writersCutOff,
  readersCutOff,
  resetConnections,
  frozenLinks,
  lateSource,
  pausedGateway,
  pausedBeforeFill,
  stutteringGateway,
  killedGateway,
  killedConsent,
  killedBeforeDeletion,
  pausedConsent,
  killedPostgres,
  killedAfterCommit,
  pausedPostgres,
  noConnections,
  lockedRows,
]);
