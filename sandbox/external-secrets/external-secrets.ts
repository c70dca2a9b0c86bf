/** External Secrets in a control plane's host namespace: what its stores and secrets come to, by the credentials that its pods have. */
import type { V1Pod } from '@kubernetes/client-node';
import type { Surroundings } from './pod-credentials.ts';
import { readReference } from './reader.ts';
import { type Reference, referencesOf, storeOf } from './references.ts';
import { signIn } from './sign-in.ts';
import type { SharedExternalSecret, SharedSecretStore } from './types.ts';

/** What came of one reference of a SharedExternalSecret. */
export interface ReadOutcome {
  /** `group/name` of the secret. */
  readonly secret: string;
  /** For instance `spec.data[0]`. */
  readonly place: string;
  /** `group/name` of the store; absent when there is none for it. */
  readonly store?: string;
  /** The key, without the store's prefix; for a search, what it searches for. */
  readonly key: string;
  readonly value?: string;
  /** What External Secrets says; then there is no value. */
  readonly error?: string;
}

/** External Secrets as the parts of the sandbox use it. */
export interface ExternalSecrets {
  judgeStore(store: SharedSecretStore, pods: readonly V1Pod[]): Promise<string | undefined>;
  readSecret(
    secret: SharedExternalSecret,
    stores: readonly SharedSecretStore[],
    pods: readonly V1Pod[],
  ): Promise<readonly ReadOutcome[]>;
}

export function createExternalSecrets(around: Surroundings): ExternalSecrets {
  return {
    judgeStore: (store, pods) => judgeStore(around, store, pods),
    readSecret: (secret, stores, pods) => readSecret(around, secret, stores, pods),
  };
}

const nameOf = ({ metadata }: SharedSecretStore | SharedExternalSecret): string =>
  `${metadata?.namespace}/${metadata?.name}`;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function keyOf({ what }: Reference): string {
  if ('get' in what) return what.get.key;
  if ('extract' in what) return what.extract.key;
  return what.find.path ?? what.find.name?.regexp ?? JSON.stringify(what.find.tags);
}

/** The pods that run and are not being deleted. */
function runningPods(pods: readonly V1Pod[]): readonly V1Pod[] {
  return pods.filter(
    ({ metadata, status }) => metadata?.deletionTimestamp === undefined && status?.phase === 'Running',
  );
}

/**
 * Why no credentials can be had for a store, if so: from any of the running pods, since each may be the one that leads. A store of
 * another provider is not looked at.
 */
export async function judgeStore(
  around: Surroundings,
  store: SharedSecretStore,
  pods: readonly V1Pod[],
): Promise<string | undefined> {
  if (store.spec?.provider.aws === undefined) return undefined;
  const running = runningPods(pods);
  if (running.length === 0) return 'no pod of External Secrets is running';
  for (const pod of running) {
    try {
      await signIn(around, store, pod);
    } catch (error) {
      return textOf(error);
    }
  }
  return undefined;
}

/** Reads all that a secret names, from a running pod. Stores of other providers give no outcome. */
export async function readSecret(
  around: Surroundings,
  secret: SharedExternalSecret,
  stores: readonly SharedSecretStore[],
  pods: readonly V1Pod[],
): Promise<readonly ReadOutcome[]> {
  const [pod] = runningPods(pods);
  const outcomes: ReadOutcome[] = [];
  for (const reference of referencesOf(secret)) {
    const { place, storeRef } = reference;
    const about = { secret: nameOf(secret), place, key: keyOf(reference) };
    const store = storeOf(storeRef, stores);
    if (store === undefined) {
      const error = `could not get ${storeRef.kind ?? 'SecretStore'} "${storeRef.name ?? ''}", not found`;
      outcomes.push({ ...about, error });
    } else if (store.spec?.provider.aws !== undefined) {
      outcomes.push({ ...about, store: nameOf(store), ...(await resultOf(around, store, reference, pod)) });
    }
  }
  return outcomes;
}

async function resultOf(
  around: Surroundings,
  store: SharedSecretStore,
  reference: Reference,
  pod: V1Pod | undefined,
): Promise<{ value: string } | { error: string }> {
  if (pod === undefined) return { error: 'no pod of External Secrets is running' };
  try {
    const session = await signIn(around, store, pod);
    const aws = store.spec?.provider.aws ?? {};
    return { value: await readReference(around.endpoint, aws, session, reference) };
  } catch (error) {
    return { error: textOf(error) };
  }
}
