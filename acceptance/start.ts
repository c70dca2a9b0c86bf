/** Puts the parts of a run together. */
import { FACTS } from './facts/index.ts';
import { CleanUps } from './frame/clean-ups.ts';
import { Observations } from './frame/observations.ts';
import { createRecorder } from './frame/recorder.ts';
import { clientsFor } from './make/clients.ts';
import type { Ports } from './ports.ts';
import type { RunContext } from './run-context.ts';

export interface StageOptions {
  readonly ports: Ports;
  readonly clusterName: string;
  /** Where the fixtures go; nowhere if not given. */
  readonly record?: string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly mask?: (text: string) => void;
}

export function createRunContext({ ports, record, mask = () => {}, ...more }: StageOptions): RunContext {
  return {
    ...more,
    mask,
    ports,
    aws: clientsFor(ports, ports.credentials),
    cleanUps: new CleanUps(),
    facts: new Observations(FACTS),
    recorder: createRecorder(record),
  };
}
