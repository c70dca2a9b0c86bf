/** Which identity with which isolation, and what that reads. */
import type { Identity } from '../steps/jobs.ts';
import type { Place } from '../run-context.ts';
import type { Inputs } from './scene-context.ts';

export type Isolation = 'none' | 'role-policy' | 'session-policy';

export interface Scene {
  readonly identity: Identity;
  readonly isolation: Isolation;
}

/** Session policies are Pod Identity's. */
export const SCENES: readonly Scene[] = [
  { identity: 'irsa', isolation: 'none' },
  { identity: 'irsa', isolation: 'role-policy' },
  { identity: 'pod-identity', isolation: 'none' },
  { identity: 'pod-identity', isolation: 'role-policy' },
  { identity: 'pod-identity', isolation: 'session-policy' },
];

export const nameOf = ({ identity, isolation }: Scene): string => `${identity}/${isolation}`;

/** What a scene reads, and the probes that prove it. */
export function inputsOf({ isolation }: Scene, { names }: Pick<Place, 'names'>): Inputs {
  const own = isolation === 'none' ? 'teams/' : 'teams/{group}/{name}/';
  const { secrets, parameters } = names;
  return {
    'secret-prefixes': `${secrets}shared/\n${secrets}${own}`,
    'parameter-prefixes': `${parameters}shared/\n${parameters}${own}`,
    'isolate-by': isolation === 'session-policy' ? 'session-policy' : 'role-policy',
  };
}

export function probesOf({ isolation }: Scene, { names }: Pick<Place, 'names'>): Inputs {
  const own = isolation === 'none' ? 'teams/team-a/one/probe' : 'teams/{group}/{name}/probe';
  const { secrets, parameters } = names;
  return {
    'prove-access': 'true',
    'probe-secrets': `${secrets}shared/probe\n${secrets}${own}`,
    'probe-parameters': `${parameters}shared/probe\n${parameters}${own}`,
  };
}
