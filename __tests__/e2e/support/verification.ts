/** What a run's verification says, check by check. */
import { z } from 'zod';
import { jsonOf } from './scene.ts';
import type { Run } from './scene.ts';

const schema = z.object({
  verified: z.boolean(),
  checks: z.array(
    z.object({
      controlPlane: z.string(),
      namespace: z.string(),
      check: z.string(),
      status: z.enum(['pass', 'fail', 'warn', 'unknown']),
      detail: z.string(),
    }),
  ),
});

export function verificationOf(run: Run): z.infer<typeof schema> {
  return schema.parse(jsonOf(run, 'verification'));
}

/** `controlPlane check: status` of every check that is not a pass. */
export function notPassed(run: Run): readonly string[] {
  return verificationOf(run)
    .checks.filter(({ status }) => status !== 'pass')
    .map(({ controlPlane, check, status }) => `${controlPlane} ${check}: ${status}`);
}

/** The detail of one check. */
export function detailOf(run: Run, controlPlane: string, check: string): string {
  const found = verificationOf(run).checks.find(
    (one) => one.controlPlane === controlPlane && one.check === check,
  );
  return found?.detail ?? `no check ${check} of ${controlPlane}`;
}

/** Names of the checks of one control plane, in order. */
export function checksOf(run: Run, controlPlane: string): readonly string[] {
  return verificationOf(run)
    .checks.filter((one) => one.controlPlane === controlPlane)
    .map(({ check }) => check);
}

/** A SharedSecretStore of AWS for control planes by name. */
export function storeFor(
  group: string,
  name: string,
  controlPlanes: readonly string[],
  aws: object = {},
): object {
  return {
    apiVersion: 'spaces.upbound.io/v1alpha1',
    kind: 'SharedSecretStore',
    metadata: { name, namespace: group },
    spec: {
      controlPlaneSelector: { names: controlPlanes },
      namespaceSelector: { names: ['default'] },
      provider: { aws: { region: 'eu-central-1', service: 'SecretsManager', ...aws } },
    },
  };
}
