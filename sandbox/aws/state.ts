/** All that the account holds, and the moment that its readers see. */
import { Eks } from './eks/eks.ts';
import { Faults } from './faults.ts';
import type { Place } from './iam/iam.ts';
import { Iam } from './iam/iam.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { AccessKeys } from './principals.ts';
import type { RecordedCall } from './record.ts';
import type { Settings } from './settings.ts';
import { defaultSettings } from './settings.ts';
import { parameterArn, secretArn, Store } from './stores/store.ts';

export interface StartAwsOptions {
  account: string;
  region: string;
  partition?: string;
  /** Takes one line for each call. */
  log?: (line: string) => void;
  settings?: Partial<Settings>;
  /** The clock, in milliseconds since the epoch; tests hand in one that they turn. */
  now?: () => number;
}

/** All that the stand-in knows, shared by its operations. */
export interface State extends Place {
  settings: Settings;
  now: () => number;
  iam: Iam;
  eks: Eks;
  keys: AccessKeys;
  issuerKeys: IssuerKeys;
  secrets: Store;
  parameters: Store;
  faults: Faults;
  calls: RecordedCall[];
  log: (line: string) => void;
}

export function createState(options: StartAwsOptions): State {
  const place = { account: options.account, region: options.region, partition: options.partition ?? 'aws' };
  const now = options.now ?? Date.now;
  const keys = new AccessKeys();
  return {
    ...place,
    now,
    settings: { ...defaultSettings, ...options.settings },
    iam: new Iam(place, keys, now),
    eks: new Eks(place, now),
    keys,
    issuerKeys: new IssuerKeys(),
    secrets: new Store((name) => secretArn(place, name), now),
    parameters: new Store((name) => parameterArn(place, name), now),
    faults: new Faults(),
    calls: [],
    log: options.log ?? (() => undefined),
  };
}

/** The moment that STS and EKS see: they lag behind IAM by the propagation time. */
export function visibleMoment(state: State): number {
  return state.now() - state.settings.propagationMs;
}
