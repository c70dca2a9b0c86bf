/** The real AWS, as the script meets it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientsFor } from '../make/clients.ts';
import type { Options } from '../arguments.ts';
import type { Ports } from '../ports.ts';
import { namedClusterPort } from './named-cluster.ts';
import { credentialsFor } from './sign-in.ts';
import { stackPort } from './stack.ts';

export interface Surroundings {
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What kubectl, helm and the action need of the environment to get out of a network. */
const PASSED = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];

/** Ports with a directory of their own, and the function that removes it. */
export async function realPorts(
  options: Options,
  { signal, log, env }: Surroundings,
): Promise<{ readonly ports: Ports; readonly dispose: () => Promise<void> }> {
  const { region, role, cluster: clusterName } = options;
  const dir = await mkdtemp(join(tmpdir(), 'acceptance-'));
  const endpoint = env['AWS_ENDPOINT_URL'];
  const credentials = credentialsFor({ region, endpoint, env, roleArn: role });
  const { eks } = clientsFor({ region, endpoint }, credentials);
  const cluster = options.create
    ? stackPort({ region, credentials, clusterName, signal, log })
    : namedClusterPort(eks, clusterName);
  const passed = PASSED.flatMap((name): [string, string][] => {
    const value = env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ports: {
      region,
      endpoint,
      credentials,
      cluster,
      kubectl: 'kubectl',
      helm: 'helm',
      action: { inputs: {}, env: Object.fromEntries(passed), path: [], toolCache: join(dir, 'tools') },
      runsContainers: true,
      dir,
    },
    dispose: () => rm(dir, { recursive: true, force: true }),
  };
}
