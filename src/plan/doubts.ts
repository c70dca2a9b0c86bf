/** When what was seen is no ground to write on: the wrong cluster, a selection of nobody, a Space that seems empty. */
import { countOf, shortList } from '../model/count.ts';
import type { Blocker } from '../model/change.ts';
import type { Desired } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { World } from '../model/world.ts';
import { holdsRole } from '../resources/kept.ts';

/** Nothing may be written to a cluster that is not `cluster-name`'s, nor taken from that one because this one lacks it. */
export function wrongCluster(world: World): readonly Blocker[] {
  const { sameCluster, target } = world;
  if (sameCluster.kind === 'same') return [];
  const is = sameCluster.kind === 'other' ? 'is not' : 'could not be shown to be';
  return [
    {
      reason: 'wrong-cluster',
      target: target.clusterArn,
      message: `the cluster of the kubeconfig ${is} ${target.clusterName}: ${sameCluster.why}`,
      next: `Give the \`kubeconfig\` and \`kube-context\` of that cluster (\`aws eks update-kubeconfig --name ${target.clusterName} --region ${world.cluster.region}\` writes one), or leave both out: the action then signs in by itself.`,
    },
  ];
}

/** Nobody to serve, although there is somebody; or nobody at all, although there has been somebody. */
export function nothingListed(desired: Desired, world: World): readonly Blocker[] {
  return world.listsControlPlanes ? matchesNobody(desired, world) : emptySpace(desired, world);
}

function emptySpace(desired: Desired, world: World): readonly Blocker[] {
  const { hosts, target } = world;
  const owned = hosts
    .filter((host) => holdsRole(host, desired, world) && !isOfAnAddOn(host))
    .map(({ namespace }) => namespace);
  if (owned.length === 0) return [];
  return [
    {
      reason: 'nothing-listed',
      target: target.clusterArn,
      message: `the Space lists no control plane at all, yet the role is still held by ${countOf(owned.length, 'namespace')}: ${some(owned)}`,
      next: 'Is it being restored, or its CRD installed anew? Run again when its control planes are back. If it is really empty, `mode: destroy` takes the role from them.',
    },
  ];
}

/** An add-on has made an association with this role, and nobody lives on it: that tells of no control plane. */
function isOfAnAddOn({ association, pods, trusted }: Host): boolean {
  const isNamed = Object.values(trusted).includes('named');
  return association?.ownerArn !== undefined && pods.length === 0 && !isNamed;
}

function matchesNobody({ intent }: Desired, { selected, hosts, target }: World): readonly Blocker[] {
  const { globs, selector, namespaces } = intent.selection;
  const asked = [
    ...(namespaces.length > 0 ? [`\`namespaces\` ${some(namespaces)}`] : []),
    ...(globs.length > 0 ? [`\`control-planes\` ${some(globs)}`] : []),
    ...(selector === undefined ? [] : [`\`control-plane-selector\` ${selector}`]),
  ];
  // A namespace named outright is selected even when it does not exist (yet).
  const isSomebody = selected.some(
    ({ namespaceState }) => namespaces.length === 0 || namespaceState !== 'absent',
  );
  // One that is being deleted is nobody to serve, and yet no misspelling.
  const isLeaving = hosts.some(({ controlPlane }) => controlPlane?.leaving === true);
  if (asked.length === 0 || isSomebody || isLeaving) return [];
  const known = hosts.filter(({ isHostNamespace, state }) => isHostNamespace && state.kind !== 'not-ready');
  const names = known.length === 0 ? '' : ` (${some(known.map(({ name }) => name))})`;
  return [
    {
      reason: 'nothing-listed',
      target: target.clusterArn,
      message: `${asked.join(' with ')} matches none of the Space's control planes${names}`,
      next: 'Check the spelling: globs are matched with `group/name`, a selector with the labels of the ControlPlane objects.',
    },
  ];
}

function some(names: readonly string[]): string {
  return shortList(names, 5);
}
