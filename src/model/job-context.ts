/** What a run knows of the job that it is in. */
import type { Clock, Log } from './ports.ts';

export interface JobContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This run's own directory below RUNNER_TEMP, 0700. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly mask: (value: string) => void;
  /** Call it when nothing is asked any more, however the run ended. */
  readonly atEnd: (close: () => Promise<void>) => void;
  readonly getIdToken: (audience: string) => Promise<string>;
  readonly nodeVersion: string;
  readonly platform: string;
  readonly architecture: string;
  readonly version: string;
}
