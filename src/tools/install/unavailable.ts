/** The Failure of a tool that can't be had. */
import { Failure } from '../../model/failure.ts';

export function unavailable(tried: string, said: string, next: string): Failure {
  return new Failure('tool-unavailable', { tried, said, next });
}
