/** What holds of every plan, whatever it is made of: its ids are the documented ones, and no two changes share an address. */
import type { RunRecord } from '../../src/model/record.ts';

/** The interface, with a host namespace or a control plane where one belongs. */
const IDS: readonly RegExp[] = [
  /^oidc-provider(\/audience)?$/,
  /^role$/,
  /^role\/(trust-policy|trust-policy\/bridge|access-policy|permissions-boundary|tags)$/,
  /^role\/foreign-policy\/[^/]+$/,
  /^helm\/(annotation|shared-secrets|pod-labels)$/,
  /^agent$/,
  /^(association|annotation|restart)\/[a-z0-9-]+$/,
  // A namespace named outright has no group.
  /^control-plane\/([^/]+\/)?[^/]+$/,
];

/** Throws for a plan that is otherwise. */
export function expectDocumented({ plan }: Pick<RunRecord, 'plan'>): void {
  const changes = plan?.changes ?? [];
  const unknown = changes.filter(({ id }) => !IDS.some((form) => form.test(id))).map(({ id }) => id);
  if (unknown.length > 0) throw new Error(`ids that no document has: ${unknown.join(', ')}`);
  const addresses = changes.map(({ address }) => address);
  const twice = addresses.filter((address, n) => addresses.indexOf(address) !== n);
  if (twice.length > 0) throw new Error(`two changes of one address: ${twice.join(', ')}`);
}
