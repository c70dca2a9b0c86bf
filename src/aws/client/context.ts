import type { LimitFunction } from 'p-limit';
import pLimit from 'p-limit';
import type { Clock, Log } from '../../model/ports.ts';
import type { AwsClients } from './clients.ts';

/** What the functions of one reader or writer share. */
export interface AwsContext {
  readonly clients: AwsClients;
  readonly log: Log;
  readonly clock: Clock;
  /** Bounds the calls that run side by side. */
  readonly limit: LimitFunction;
}

const SIDE_BY_SIDE = 10;

export function createContext(clients: AwsClients, log: Log, clock: Clock): AwsContext {
  return { clients, log, clock, limit: pLimit(SIDE_BY_SIDE) };
}
