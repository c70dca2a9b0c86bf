/** Errors that a test puts in the way of calls. */
import { ServiceError } from './errors.ts';

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

/** The faults waiting to happen. */
export class Faults {
  #waiting: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#waiting = [];
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
