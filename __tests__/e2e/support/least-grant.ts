/** What the job may do in the sandbox: all of a mode's two files, or all but one permission. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import { mayMember } from './group-member.ts';
import { fileOf, type Lacking, policyOf, rolesIn } from './least-policy.ts';
import type { Job } from './published-policy.ts';
import type { Scene } from './scene.ts';

const RUNNER = 'github-runner';
const ADMINISTRATOR = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['eks:*', 'iam:*', 'sts:*', 'eks-auth:*'], Resource: '*' }],
};

export interface Grants {
  /** All that the two files of the mode say. */
  whole(job: Job): Promise<void>;
  /** The same without one permission; only after `whole`. */
  without(job: Job, lacking: Lacking): Promise<void>;
  /** Gives that permission back. */
  back(job: Job, lacking: Lacking): Promise<void>;
  /** An administrator of both. */
  everything(): Promise<void>;
}

export function useGrants(scene: Scene): Grants {
  let rbac: string | undefined;
  const putPolicy = (document: object): void => {
    scene.world.aws.iam.putRolePolicy(RUNNER, 'runner', document);
  };
  const putFile = async (job: Job): Promise<void> => {
    const text = readFileSync(fileOf('rbac', job), 'utf8');
    if (rbac === text) return;
    if (rbac !== undefined) await scene.world.kubectl(['delete', '--filename=-'], rbac);
    rbac = text;
    await scene.world.kubectl(['apply', '--filename=-'], text);
  };
  /** The API server takes a changed role up a moment later. */
  const untilMay = async ({ verb, resource, roles }: RbacLacking, may: boolean): Promise<void> => {
    const [name = '', ...group] = resource.split('.');
    const [bare = '', subresource] = name.split('/');
    if (bare === '') return;
    const namespace = roles[0]?.metadata.namespace;
    const attributes = {
      verb,
      resource: bare,
      ...(group.length > 0 && { group: group.join('.') }),
      ...(subresource !== undefined && { subresource }),
      ...(namespace !== undefined && { namespace }),
      ...nameIn(roles, bare, subresource),
    };
    await waitFor({
      what: `the right to ${verb} ${resource} to be ${may ? 'given' : 'taken'}`,
      timeoutMs: 60_000,
      check: async () => (await mayMember(scene.world, attributes)) === may,
    });
  };
  return {
    whole: async (job) => {
      putPolicy(policyOf(scene.world, job));
      await putFile(job);
    },
    without: async (_job, lacking) => {
      if (lacking.kind === 'iam') {
        putPolicy(lacking.policy);
        return;
      }
      await scene.client.apply([...lacking.roles]);
      await untilMay(lacking, false);
    },
    back: async (job, lacking) => {
      putPolicy(policyOf(scene.world, job));
      if (lacking.kind === 'iam') return;
      await scene.client.apply([...rolesIn(job)]);
      await untilMay(lacking, true);
    },
    everything: async () => {
      putPolicy(ADMINISTRATOR);
      await putFile('apply-irsa');
    },
  };
}

type RbacLacking = Extract<Lacking, { readonly kind: 'rbac' }>;

/** A right on some names is asked about with one of them. */
function nameIn(roles: RbacLacking['roles'], bare: string, subresource: string | undefined) {
  const names: Readonly<Record<string, string>> = {
    deployments: 'spaces-controller',
    daemonsets: 'eks-pod-identity-agent',
    serviceaccounts: 'external-secrets-controller',
  };
  const isNamed = roles.some(({ metadata }) => metadata.namespace !== undefined) || subresource === 'token';
  const name = names[bare];
  return isNamed && name !== undefined ? { name } : undefined;
}

const groupsSchema = z.object({
  groups: z.array(z.object({ name: z.string(), versions: z.array(z.object({ groupVersion: z.string() })) })),
});
const resourcesSchema = z.object({ resources: z.array(z.object({ name: z.string() })) });

/** By API group, each resource that the cluster knows, subresources too. */
export async function knownResources({ world }: Scene): Promise<ReadonlyMap<string, readonly string[]>> {
  const get = async (path: string): Promise<unknown> =>
    JSON.parse(await world.kubectl(['get', '--raw', path]));
  const { groups } = groupsSchema.parse(await get('/apis'));
  const paths = [
    ['', '/api/v1'] as const,
    ...groups.flatMap(({ name, versions }) =>
      versions.map(({ groupVersion }) => [name, `/apis/${groupVersion}`] as const),
    ),
  ];
  const known = new Map<string, readonly string[]>();
  for (const [group, path] of paths) {
    const { resources } = resourcesSchema.parse(await get(path));
    const names = resources.map(({ name }) => name);
    known.set(group, [...new Set([...(known.get(group) ?? []), ...names])]);
  }
  return known;
}
