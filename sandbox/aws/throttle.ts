/** Calls per second, for services that throttle. */
import { ServiceError } from './errors.ts';
import type { ServiceName } from './services.ts';
import type { Settings } from './settings.ts';

/** Counts the calls of each service in the last second. */
export class Throttle {
  readonly #recent = new Map<ServiceName, number[]>();

  /** Throws the throttling error when the service has had its calls of this second. A refused call does not count. */
  pass(service: ServiceName, settings: Settings, now: number): void {
    const limit = settings.throttle[service];
    if (limit === undefined) return;
    const recent = (this.#recent.get(service) ?? []).filter((at) => at > now - 1000);
    if (recent.length >= limit) throw new ServiceError('Throttling', 'Rate exceeded', 400);
    this.#recent.set(service, [...recent, now]);
  }
}
