/** Checks `store-auth` and `store-status`: whether the Space's SharedSecretStores can work with this identity, and what Spaces says of them. */
import type { CheckStatus } from '../model/check.ts';
import type { CheckFunction, Desired } from '../model/desired.ts';
import type { Finding } from '../model/evidence.ts';
import type { Host, SecretStore } from '../model/host.ts';
import type { World } from '../model/world.ts';
import { NOT_VALIDATED } from '../space/working-stores.ts';
import { firstRole, otherAccount, roleProblems } from './store-roles.ts';

const NONE: Finding = { status: 'pass', detail: 'no SharedSecretStore of AWS selects it' };

/** How each store signs in to AWS, held against the identity. */
export const checkStoreAuth: CheckFunction = (host, desired, world) => {
  const { stores, possibleStores } = host;
  if (stores.length + possibleStores.length === 0) return NONE;
  const problems = [
    ...stores.flatMap((store) => authProblems(store, host, desired, world)),
    ...possibleStores.flatMap((store) => authProblems(store, host, desired, world)).map(ofPossible),
    ...notKnown(possibleStores),
  ];
  return worst(problems) ?? { status: 'pass', detail: stores.map(howItSignsIn).join('; ') };
};

/** What Spaces says became of each store in the control plane. */
export const checkStoreStatus: CheckFunction = (host) => storeStatus(host);

/** What Spaces says of the stores of one host. The check uses it, and the wait for the stores. */
export function storeStatus({ stores, possibleStores, inStores }: Host): Finding {
  if (stores.length + possibleStores.length === 0) return NONE;
  const problems = [
    ...stores.flatMap((store) => statusProblems(store, inStores.name)),
    ...notKnown(possibleStores),
  ];
  return worst(problems) ?? { status: 'pass', detail: `provisioned: ${stores.map(nameOf).join(', ')}` };
}

/** Whether a store can't work whatever Spaces says. */
export function canNeverWork(host: Host, desired: Desired, world: World): boolean {
  const problems = host.stores.flatMap((store) => authProblems(store, host, desired, world));
  return problems.some(({ status }) => status === 'fail');
}

const RANK: readonly CheckStatus[] = ['fail', 'unknown', 'warn'];

/** The worst status with the details of all that have something to say, the worst first. */
function worst(problems: readonly Finding[]): Finding | undefined {
  const sorted = RANK.flatMap((status) => problems.filter((problem) => problem.status === status));
  const [first] = sorted;
  return first && { status: first.status, detail: sorted.map(({ detail }) => detail).join('; ') };
}

const nameOf = (store: SecretStore): string => `${store.group}/${store.name}`;

/** The finding for a store that may select the control plane: it is not certain that what would be wrong is wrong. */
function ofPossible({ status, detail }: Finding): Finding {
  return { status: status === 'fail' ? 'unknown' : status, detail };
}

function notKnown(possible: readonly SecretStore[]): readonly Finding[] {
  if (possible.length === 0) return [];
  const why = 'with `namespaces`, labels of control planes are not read';
  const detail = `whether ${possible.map(nameOf).join(', ')} selects it is not known: ${why}`;
  return [{ status: 'warn', detail }];
}

function howItSignsIn(store: SecretStore): string {
  const how =
    store.auth === 'jwt' ? 'by a token that it takes itself (`auth.jwt`)' : 'by what the pod carries';
  return `${nameOf(store)} signs in ${how}`;
}

function authProblems(store: SecretStore, host: Host, desired: Desired, world: World): readonly Finding[] {
  return [
    ...signInProblems(store, host, desired),
    ...roleProblems(store, host, desired, world),
    ...regionProblems(store, desired, world),
  ];
}

/** Grants are of one region; where another role reads, or one made elsewhere, it may be of any. */
function regionProblems(store: SecretStore, { intent }: Desired, { target }: World): readonly Finding[] {
  const { region = target.region } = store;
  const isOwn =
    intent.role.kind === 'owned' &&
    intent.targetRoleArn === undefined &&
    store.auth !== 'static-keys' &&
    firstRole(store) === undefined;
  if (region === target.region || !isOwn) return [];
  const detail = `${nameOf(store)} reads in ${region}, and the role may read in ${target.region} only`;
  return [{ status: 'warn', detail }];
}

function signInProblems(store: SecretStore, host: Host, desired: Desired): readonly Finding[] {
  const { intent, mechanism } = desired;
  const name = nameOf(store);
  if (store.auth === 'static-keys') {
    return [
      {
        status: 'warn',
        detail: `${name} uses static keys (\`spec.provider.aws.auth.secretRef\`), not this identity`,
      },
    ];
  }
  if (store.auth !== 'jwt') return [];
  if (!mechanism.worksWithoutInjection) {
    return [
      {
        status: 'fail',
        detail: `${name} can't work with ${mechanism.name}: take \`spec.provider.aws.auth.jwt\` out, so that it uses what the pod carries`,
      },
    ];
  }
  const other = otherAccount(store, host, desired);
  if (other === undefined) return [];
  return [{ status: 'warn', detail: `${name} uses service account ${other}, not ${intent.serviceAccount}` }];
}

function statusProblems(store: SecretStore, controlPlane: string): readonly Finding[] {
  const name = nameOf(store);
  const failed = store.failed.find((failure) => failure.controlPlane === controlPlane);
  if (failed !== undefined) {
    const unclear = failed.reasons?.includes(NOT_VALIDATED) === true;
    return [{ status: unclear ? 'unknown' : 'fail', detail: `${name}: ${failed.message || 'it failed'}` }];
  }
  const unclear = store.conditions.find(({ reason }) => reason === NOT_VALIDATED);
  if (unclear !== undefined)
    return [{ status: 'unknown', detail: `${name}: ${NOT_VALIDATED} ${unclear.message}`.trim() }];
  // `Ready` is about all control planes of the store: others may have failed.
  const broken = store.conditions.find(
    ({ type, status }) => status === 'False' && (type !== 'Ready' || store.failed.length === 0),
  );
  if (broken !== undefined) {
    const { type, reason, message } = broken;
    return [{ status: 'fail', detail: `${name}: ${type} is False, ${message === '' ? reason : message}` }];
  }
  if (store.stale === true)
    return [{ status: 'unknown', detail: `${name}: its status is older than the store` }];
  if (store.provisioned?.includes(controlPlane) === true) return [];
  // A store that is not listed proves nothing: not every version of Spaces lists where a store is provisioned.
  return [{ status: 'warn', detail: `${name}: Spaces has not said yet whether it works here` }];
}
