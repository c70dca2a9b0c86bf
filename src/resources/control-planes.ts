/** Control planes that can't be served yet: waited for, then served by a second pass over the world. */
import type { ChangeBy } from '../model/change.ts';
import type { Planner } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import { whyNotReady } from '../space/hosts.ts';
import { makeChange } from './change-maker.ts';

export const planControlPlanes: Planner = (_desired, { selected }) => ({
  changes: selected.flatMap((host) => {
    const why = whyNotReady(host);
    return why === undefined ? [] : [waitFor(host, why)];
  }),
});

function waitFor({ name, namespace }: Host, why: string): ChangeBy<'await-control-plane'> {
  return makeChange(
    {
      id: `control-plane/${name}`,
      host: { name, namespace },
      action: 'wait',
      target: name,
      reason: why,
      effect: 'it is served once it is ready',
      severity: 'availability',
      drift: false,
    },
    { op: 'await-control-plane', controlPlane: name },
  );
}
