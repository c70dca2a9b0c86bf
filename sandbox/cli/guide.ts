/** What the sandbox prints once it is up. */
import { dirname } from 'node:path';
import type { World } from '../world.ts';

/** What to paste into a shell to look around in a world, and where its parts are. */
export function shellGuide(
  world: World,
  player: { readonly accessKeyId: string; readonly secretAccessKey: string },
): string {
  const exports = {
    ...world.environment(),
    KUBECONFIG: world.cluster.adminKubeconfig,
    AWS_ACCESS_KEY_ID: player.accessKeyId,
    AWS_SECRET_ACCESS_KEY: player.secretAccessKey,
  };
  return [
    '# The job’s environment. KUBECONFIG and the access keys are the player’s, with every right; a job has neither.',
    `export PATH=${quote(dirname(world.binaries.kubectl))}:${quote(dirname(world.binaries.helm))}:$PATH`,
    ...Object.entries(exports).map(([name, value]) => `export ${name}=${quote(value)}`),
    '',
    `# Kubernetes  ${world.cluster.endpoint}`,
    `# AWS         ${world.aws.endpoint}`,
    `# GitHub      ${world.github.apiUrl}`,
    `# Chart       ${world.registry.chart} (plain HTTP, user ${world.registry.username}, password ${world.registry.password})`,
    `# helm        ${world.downloads.helmUrl}`,
    `# kubectl     ${world.downloads.kubectlUrl}`,
    `# Files       ${world.dir}`,
  ].join('\n');
}

function quote(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
