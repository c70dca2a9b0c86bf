/** The Spaces release as someone else changes it: by hand, or with the values of a GitOps repository. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scene } from './scene.ts';

export const RELEASE_NAMESPACE = 'upbound-system';
export const ANNOTATION = 'eks.amazonaws.com/role-arn';

/** Values of the part of the chart that the action is about. */
export const sharedSecretsValues = (values: object): object => ({ controlPlanes: { sharedSecrets: values } });

/** `helm upgrade` of the deployed chart with these values (an object, or YAML) over the release's own. */
export async function upgradeByHand(
  { world }: Scene,
  values: object | string,
  more: readonly string[] = [],
): Promise<void> {
  const file = join(world.dir, 'by-hand.yaml');
  await writeFile(file, typeof values === 'string' ? values : JSON.stringify(values));
  const chart = world.registry.files.get('1.17.1') ?? '';
  const release = ['spaces', chart, '--namespace', RELEASE_NAMESPACE];
  await world.helm(['upgrade', ...release, '--reset-then-reuse-values', '--values', file, ...more]);
}
