/** Ids of the changes that more than one test expects, in one place: they follow what the plan counts as one write. */
import type { Identity } from './mechanisms.ts';

/** The changes that make the role: it comes with its trust policy. */
export const MAKES_ROLE: readonly string[] = ['role', 'role/access-policy'];

/** What an apply creates for these host namespaces where there is nothing yet. */
export function createdFromNothing(identity: Identity, namespaces: readonly string[]): readonly string[] {
  return identity === 'irsa'
    ? ['oidc-provider', ...MAKES_ROLE, 'helm/annotation']
    : [...MAKES_ROLE, 'agent', ...namespaces.map((namespace) => `association/${namespace}`)];
}
