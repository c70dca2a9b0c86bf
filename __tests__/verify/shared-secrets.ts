/** SharedExternalSecrets for the one control plane. */
import type { SecretStore } from '../../src/model/host.ts';
import type { SecretRead, SharedSecret } from '../../src/model/shared-secret.ts';
import type { WorldParts } from '../support/factories.ts';
import { store } from './support.ts';

/** The value of a key. */
export const value = (key: string, of = 'store'): SecretRead => ({ kind: 'value', store: of, key });

/** A secret that selects it. */
export function secret(...reads: readonly SecretRead[]): SharedSecret {
  const base = { group: 'team-a', name: 'app', selector: { names: ['ctp-a'] } };
  return { ...base, provisioned: ['ctp-a'], failed: [], stale: false, reads };
}

/** One store, and a secret that reads these through it. */
export const having = (reads: readonly SecretRead[], of: Partial<SecretStore> = {}): Partial<WorldParts> => ({
  stores: [store(of)],
  secrets: { kind: 'read', all: [secret(...reads)] },
});
/** What the ARN of a secret begins with. */
export const ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:';
/** Of a store. */
export const SSM: Partial<SecretStore> = { service: 'ssm' };
