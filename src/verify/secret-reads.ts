/** What a control plane reads by SharedExternalSecrets through its AWS stores: by which role, from where, and whether that one may. */
import type { Desired } from '../model/desired.ts';
import type { Host, SecretStore } from '../model/host.ts';
import type { SecretRead, SharedSecret } from '../model/shared-secret.ts';
import type { World } from '../model/world.ts';
import { accountOf } from '../policy/arn.ts';
import { locate, type Located } from './secret-location.ts';
import { rightsOf, type ReadVerdict } from './secret-rights.ts';
import { otherAccount } from './store-roles.ts';

export interface JudgedRead {
  /** `group/name` of the SharedExternalSecret. */
  readonly secret: string;
  /** `group/name` of the SharedSecretStore. */
  readonly store: string;
  /** The key with the store's prefix, or `find`. */
  readonly key: string;
  /** ARN of the role that reads, or what else does, in words. */
  readonly reader: string;
  /** Empty where it is not known. */
  readonly account: string;
  readonly region: string;
  readonly verdict: ReadVerdict;
  /** Whether secret and store certainly select the control plane. */
  readonly isCertain: boolean;
}

/** All of it; nothing where SharedExternalSecrets could not be read. */
export function readsOf(host: Host, desired: Desired, world: World): readonly JudgedRead[] {
  const { stores, possibleStores, secrets } = host;
  if (secrets.kind === 'unreadable') return [];
  const certain = byNameInside(stores);
  const possible = byNameInside(possibleStores);
  const rights = rightsOf(host, desired, world);
  const of = (secret: SharedSecret, isSelected: boolean): readonly JudgedRead[] =>
    secret.reads.flatMap((read) => [
      ...(certain.get(read.store) ?? []).map((store) =>
        judge({ host, secret, store, read, isCertain: isSelected }, rights, desired, world),
      ),
      ...(possible.get(read.store) ?? []).map((store) =>
        judge({ host, secret, store, read, isCertain: false }, rights, desired, world),
      ),
    ]);
  return [
    ...secrets.selected.flatMap((secret) => of(secret, true)),
    ...secrets.possible.flatMap((secret) => of(secret, false)),
  ];
}

function byNameInside(stores: readonly SecretStore[]): ReadonlyMap<string, readonly SecretStore[]> {
  return Map.groupBy(stores, ({ name, nameInside = name }) => nameInside);
}

interface Reading {
  readonly host: Host;
  readonly secret: SharedSecret;
  readonly store: SecretStore;
  readonly read: SecretRead;
  readonly isCertain: boolean;
}

type Rights = ReturnType<typeof rightsOf>;

function judge(
  { host, secret, store, read, isCertain }: Reading,
  rights: Rights,
  desired: Desired,
  world: World,
): JudgedRead {
  const by = readerOf(store, host, desired, world);
  const at = locate(read, store, by.account, world.target);
  return {
    secret: `${secret.group}/${secret.name}`,
    store: `${store.group}/${store.name}`,
    key: at.key,
    reader: by.reader,
    account: at.account,
    region: at.region,
    verdict: by.verdict ?? verdictOn(at, rights),
    isCertain,
  };
}

function verdictOn(at: Located, rights: Rights): ReadVerdict {
  return at.kind === 'unclear' ? { kind: 'unknown', why: at.why } : rights(at);
}

interface Reader {
  /** ARN of a role, or who else, in words. */
  readonly reader: string;
  readonly account: string;
  /** Absent: it is the workload's own role. */
  readonly verdict?: ReadVerdict;
}

/** External Secrets assumes `additionalRoles` one after the other, then `role`. */
function readerOf(store: SecretStore, host: Host, desired: Desired, { target }: World): Reader {
  const { auth, role, additionalRoles = [] } = store;
  if (auth === 'static-keys') return { reader: 'static keys', account: '', verdict: { kind: 'other' } };
  // Pods have the target role's credentials already.
  const last = role ?? additionalRoles.at(-1) ?? desired.intent.targetRoleArn;
  if (last !== undefined) {
    const verdict = { kind: 'unknown', why: `read by role ${last}: not judged` } as const;
    return { reader: last, account: accountOf(last), verdict };
  }
  const other = otherAccount(store, host, desired);
  if (other === undefined) return { reader: target.roleArn, account: target.roleAccount };
  const reader = `service account ${other}`;
  return { reader, account: '', verdict: { kind: 'unknown', why: `read by ${reader}: not judged` } };
}
