/** Inputs: what a run may change besides, and how long it waits. */
import { RESTARTS } from '../../model/config.ts';
import { boolean, duration, oneOf } from '../forms.ts';
import type { InputDefinition } from './definition.ts';

export const changeInputs = {
  'install-agent': {
    form: boolean,
    default: 'true',
    description:
      'Add the `eks-pod-identity-agent` add-on when neither it, nor EKS Auto Mode, nor a DaemonSet provides the Pod Identity agent.',
    inDigest: true,
  },
  restart: {
    form: oneOf(RESTARTS),
    default: 'if-needed',
    description:
      'Restart the controllers `if-needed` (a running pod lacks the identity, or may hold credentials that are older than the last change of its association), `always` or `never`.',
    inDigest: true,
  },
  'wait-timeout': {
    form: duration(1, 21_600, 'up to `6h`'),
    default: '10m',
    description: 'The bound of every wait, such as `90s`, `10m` or `1h`.',
    inDigest: false,
  },
  prune: {
    form: boolean,
    default: 'true',
    description:
      'Remove owned associations and exact subjects whose control plane is gone and whose namespace runs no pod with the role.',
    inDigest: true,
  },
  adopt: {
    form: boolean,
    default: 'false',
    description:
      "Take over a role or association that exists without this action's mark, or the Space's annotation when it names another role; never the OIDC provider.",
    inDigest: true,
  },
} satisfies Readonly<Record<string, InputDefinition>>;
