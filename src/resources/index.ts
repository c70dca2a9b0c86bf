/** Every resource, and the order in which a plan is carried out. */
import type { Change, ChangeOf, Outcome, ResourceName } from '../model/change.ts';
import { policyOfAccess } from './access-policy.ts';
import { agent } from './agent.ts';
import { annotation } from './annotation.ts';
import { association } from './association.ts';
import { controlPlane } from './control-plane.ts';
import { helmValues } from './helm-values.ts';
import { oidcProvider } from './oidc-provider.ts';
import { permissionsBoundary } from './permissions-boundary.ts';
import { role, roleTags } from './role.ts';
import { rollout } from './rollout.ts';
import type { Resource, Workshop } from './resource.ts';
import { finishTrustPolicy, trustPolicy } from './trust-policy.ts';

type Applicable = Exclude<ResourceName, 'foreign'>;

/** In the order in which their changes are shown. */
export const resources: { readonly [R in Applicable]: Resource<R> } = {
  'oidc-provider': oidcProvider,
  role,
  'role-tags': roleTags,
  'permissions-boundary': permissionsBoundary,
  'trust-policy': trustPolicy,
  'access-policy': policyOfAccess,
  agent,
  association,
  'helm-values': helmValues,
  annotation,
  rollout,
  'control-plane': controlPlane,
};

/** One step of carrying a plan out: it takes its changes and leaves the rest to others. */
export interface Stage {
  readonly title: string;
  takes(change: Change): boolean;
  run(changes: readonly Change[], workshop: Workshop): Promise<readonly Outcome[]>;
}

function stage<R extends Applicable>(
  title: string,
  name: R,
  options: {
    readonly only?: (change: ChangeOf<R>) => boolean;
    readonly act?: Resource<R>['apply'];
  } = {},
): Stage {
  const mine = (change: Change): change is ChangeOf<R> => change.resource === name;
  const { only = () => true, act = resources[name].apply.bind(resources[name]) } = options;
  return {
    title,
    takes: (change) => mine(change) && only(change),
    run: async (changes, workshop) => await act(changes.filter(mine), workshop),
  };
}

const isDelete = (change: Change): boolean => change.action === 'delete';

/**
 * What others rest on comes first. An association that has to go leaves only after the annotation has arrived, and the role's
 * trust in a mechanism ends only after the pods have left it: no running pod loses the trust of its role in between.
 */
export const applyOrder: readonly Stage[] = [
  stage('OIDC provider', 'oidc-provider'),
  stage('Role', 'role'),
  stage('Role tags', 'role-tags'),
  stage('Permissions boundary', 'permissions-boundary'),
  stage('Trust policy', 'trust-policy'),
  stage('Access policy', 'access-policy'),
  stage('Pod Identity agent', 'agent'),
  stage('Associations', 'association', { only: (change) => !isDelete(change) }),
  stage('Helm values', 'helm-values'),
  stage('Annotations', 'annotation'),
  stage('Associations to remove', 'association', { only: isDelete }),
  stage('Restarts', 'rollout'),
  stage('Trust policy, end of the move', 'trust-policy', {
    only: (change) => change.payload.during !== undefined,
    act: finishTrustPolicy,
  }),
  stage('Control planes that were not ready', 'control-plane'),
];

/** What uses a thing goes before the thing. */
export const removalOrder: readonly Stage[] = [
  stage('Helm values', 'helm-values'),
  stage('Annotations', 'annotation'),
  stage('Associations', 'association'),
  stage('Restarts', 'rollout'),
  stage('Role', 'role'),
  stage('OIDC provider', 'oidc-provider'),
];
