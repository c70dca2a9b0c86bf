/** Errors, and a gate, that a test puts in the way of calls. */
import { ServiceError } from './errors.ts';
import type { WireAnswer } from './protocol/http.ts';

/** An error that a test puts in the way of the next calls of one action. */
export interface Fault {
  /** `service:Action`, for instance `eks:CreatePodIdentityAssociation`. */
  action: string;
  error: { code: string; message: string; status?: number };
  /** How many calls it hits; once if not given. */
  times?: number;
  /** Only calls with such a request. */
  when?: (request: Record<string, unknown>) => boolean;
  /** `after`: the call is carried out and its answer lost. `before` (default): nothing happens. */
  moment?: 'before' | 'after';
}

/**
 * Asked before a call that changes something is carried out, and again before it is answered; the call waits. When it throws, the
 * call is not carried out, or its answer is lost.
 */
export type Gate = (write: string, moment: 'before' | 'after') => Promise<void>;

/** What comes of an answer on its way to the job. */
export type Bend = (action: string, answer: WireAnswer) => Promise<WireAnswer | 'reset'>;

/** The faults waiting to happen. */
export class Faults {
  #waiting: { fault: Fault; left: number }[] = [];

  gate: Gate | undefined;

  /** Asked for each answer that the job is given. */
  bend: Bend | undefined;

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#waiting = [];
    this.gate = undefined;
    this.bend = undefined;
  }

  /** Throws the first waiting fault that fits, and counts it down. */
  strike(action: string, request: Record<string, unknown>, moment: 'before' | 'after'): void {
    const entry = this.#waiting.find(
      ({ fault }) =>
        fault.action === action && (fault.moment ?? 'before') === moment && (fault.when?.(request) ?? true),
    );
    if (entry === undefined) return;
    entry.left -= 1;
    this.#waiting = this.#waiting.filter(({ left }) => left > 0);
    const { code, message, status } = entry.fault.error;
    throw new ServiceError(code, message, status ?? 400);
  }
}
