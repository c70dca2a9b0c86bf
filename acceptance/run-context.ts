/** What all steps of a run share. */
import type { FactId } from './facts/index.ts';
import type { CleanUps } from './frame/clean-ups.ts';
import type { Observations } from './frame/observations.ts';
import type { Recorder } from './frame/recorder.ts';
import type { AwsClients } from './make/clients.ts';
import type { Names } from './make/names.ts';
import type { Ports } from './ports.ts';

export interface RunContext {
  readonly ports: Ports;
  readonly clusterName: string;
  readonly aws: AwsClients;
  readonly cleanUps: CleanUps;
  readonly facts: Observations<FactId>;
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** From now on a log that others may read does not show this text. */
  readonly mask: (text: string) => void;
}

/** After the first two steps: whose account it is, and which cluster. */
export interface Place extends RunContext {
  readonly names: Names;
  readonly account: string;
  readonly partition: string;
  readonly cluster: ClusterFacts;
}

export interface ClusterFacts {
  readonly arn: string;
  readonly endpoint: string;
  readonly caPem: string;
  /** `https://…` */
  readonly issuer: string;
  readonly version: string;
}
