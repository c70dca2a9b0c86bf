/** The Failure of a tool that can't be had. */
import { Failure } from '../../model/failure.ts';

/** A Failure with the reason `tool-unavailable`. `said`: what the tool or the download said. */
export function unavailable(tried: string, said: string, next: string): Failure {
  return new Failure('tool-unavailable', { tried, said, next });
}
