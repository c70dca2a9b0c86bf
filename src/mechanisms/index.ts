/** The one place that picks a mechanism by the input `identity`. */
import type { Identity, Intent } from '../model/config.ts';
import type { ControllerPod } from '../model/host.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { PodExpectation } from '../model/write.ts';
import { roleStillCarried } from '../space/pods.ts';
import { irsa } from './irsa.ts';
import { podIdentity } from './pod-identity.ts';
import { podIdentityBySessionPolicy } from './pod-identity-by-session-policy.ts';

const MECHANISMS: Readonly<Record<Identity, Mechanism>> = { irsa, 'pod-identity': podIdentity };

export interface Picked {
  readonly mechanism: Mechanism;
  readonly otherMechanism: Mechanism;
}

/** The desired mechanism, and the one that is left. */
export function pickMechanism({ identity, role }: Pick<Intent, 'identity' | 'role'>): Picked {
  const bySessionPolicy = role.kind === 'owned' && role.isolateBy === 'session-policy';
  switch (identity) {
    case 'irsa':
      return { mechanism: irsa, otherMechanism: podIdentity };
    case 'pod-identity':
      return {
        mechanism: bySessionPolicy ? podIdentityBySessionPolicy : podIdentity,
        otherMechanism: irsa,
      };
  }
}

/** What of a new pod is not as its restart was to make it, in words. */
export function podProblem(pod: ControllerPod, expect: PodExpectation): string | undefined {
  switch (expect.kind) {
    case 'with-role':
      return MECHANISMS[expect.identity].podProblem(pod, expect.roleArn);
    case 'without-role':
      return roleStillCarried(pod, expect);
  }
}
