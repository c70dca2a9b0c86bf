/** What a run is handed: configuration, place, adapters. */
import { grantsOf } from '../desired/grants.ts';
import { pickMechanism } from '../mechanisms/index.ts';
import type { Config } from '../model/config.ts';
import type { Desired } from '../model/desired.ts';
import type { Readers, Writers } from '../model/ports.ts';
import type { Place } from '../model/record.ts';
import type { BegunView } from '../observe/aws.ts';
import type { Fingerprints } from '../plan/fingerprints.ts';

export interface RunDependencies {
  readonly config: Config;
  readonly place: Place;
  readonly desired: Desired;
  readonly read: Readers;
  /** The first look at AWS, begun before the cluster could be asked. */
  readonly begun?: BegunView;
  /** Made only for a mode that writes. */
  readonly makeWriters: () => Writers;
  /** The changes of the plan with this digest, from where it was reviewed; undefined when that can't be found. */
  readonly findReviewed: (digest: string) => Promise<Fingerprints | undefined>;
}

/** What the inputs ask for in this place. */
export function desiredOf({ intent, digestInputs }: Config, { target }: Place): Desired {
  return {
    intent,
    ...pickMechanism(intent),
    grants: grantsOf(intent, target),
    digestInputs,
  };
}
