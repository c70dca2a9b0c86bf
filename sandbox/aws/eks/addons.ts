/** EKS add-ons: made, listed, described and deleted, and the time until they are active. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { type Call, operation, type Operations } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { requestTags, resourceTags } from '../principal-policies.ts';
import type { State } from '../state.ts';
import { existingCluster, invalidParameter, listing, permittedCluster, tags } from './access.ts';
import { earlierResult, rememberResult } from './idempotency.ts';
import type { Addon } from './model.ts';

const agent = 'eks-pod-identity-agent';
/** Versions by add-on, the default first. */
const versions: Record<string, string[]> = {
  [agent]: ['v1.3.9-eksbuild.3', 'v1.3.8-eksbuild.2', 'v1.3.7-eksbuild.2'],
  coredns: ['v1.12.4-eksbuild.1'],
  'kube-proxy': ['v1.34.0-eksbuild.4'],
  'vpc-cni': ['v1.20.4-eksbuild.1'],
};

function statusOf({ settings, now }: State, addon: Addon): string {
  if (addon.status !== undefined) return addon.status;
  return now() - addon.createdAt < settings.addonActivationMs ? 'CREATING' : settings.addonFinalStatus;
}

function describeAddon(state: State, clusterName: string, addon: Addon) {
  return {
    addonName: addon.addonName,
    clusterName,
    status: statusOf(state, addon),
    addonVersion: addon.addonVersion,
    health: { issues: addon.issues },
    addonArn: addon.arn,
    createdAt: new Date(addon.createdAt),
    modifiedAt: new Date(addon.createdAt),
    tags: addon.tags,
    publisher: 'eks',
    owner: 'aws',
  };
}

function permittedAddon(call: Call, action: string, clusterName: string, addonName: string) {
  const { eks } = call.state;
  const addon = eks.clusters.get(clusterName)?.addons.get(addonName);
  call.permit({
    action: `eks:${action}`,
    // Refusals for an add-on that isn't there name the path of the call: the ARN of an add-on ends in an id.
    resource: addon?.arn ?? eks.arn(`/clusters/${clusterName}/addons/${addonName}`),
    context: resourceTags(addon?.tags ?? {}),
  });
  const cluster = existingCluster(call, clusterName);
  if (addon !== undefined) return { cluster, addon };
  const message = `No addon: ${addonName} found in cluster: ${clusterName}`;
  throw new ServiceError('ResourceNotFoundException', message, 404, { clusterName, addonName });
}

const byName = z.object({ clusterName: z.string(), addonName: z.string() });

const create = operation(
  byName.extend({
    addonVersion: z.string().optional(),
    tags: tags.optional(),
    clientRequestToken: z.string().optional(),
    resolveConflicts: z.enum(['OVERWRITE', 'NONE', 'PRESERVE']).optional(),
    configurationValues: z.string().optional(),
    podIdentityAssociations: z.array(z.unknown()).optional(),
  }),
  (input, call) => {
    const { clientRequestToken, ...request } = input;
    const { clusterName, addonName } = request;
    const context = requestTags(request.tags ?? {});
    const cluster = permittedCluster(call, 'eks:CreateAddon', clusterName, context);
    if (Object.keys(request.tags ?? {}).length > 0 && call.state.settings.tagsOnCreateNeedTagResource) {
      const resource = call.state.eks.arn(`addon/${clusterName}/${addonName}/*`);
      call.permit({ action: 'eks:TagResource', resource, context });
    }
    const known = versions[addonName];
    if (known === undefined)
      throw invalidParameter(`Addon ${addonName} specified is not supported`, clusterName);
    const version = request.addonVersion ?? known[0];
    if (version === undefined || !known.includes(version)) {
      throw invalidParameter('Addon version specified is not supported', clusterName);
    }
    if (addonName === agent && (request.podIdentityAssociations ?? []).length > 0) {
      throw invalidParameter(`Addon ${agent} does not support pod identity associations`, clusterName);
    }
    const present = cluster.addons.get(addonName);
    if (present !== undefined) {
      if (earlierResult(cluster, clientRequestToken, request) === undefined) {
        throw new ServiceError('ResourceInUseException', 'Addon already exists.', 409, {
          clusterName,
          addonName,
        });
      }
      return { addon: describeAddon(call.state, clusterName, present) };
    }
    const addon = call.state.eks.addAddon(clusterName, { addonName, addonVersion: version });
    addon.tags = request.tags ?? {};
    rememberResult(cluster, clientRequestToken, request, addonName);
    // The answer always says CREATING, even when the next Describe finds it ready.
    return { addon: { ...describeAddon(call.state, clusterName, addon), status: 'CREATING' } };
  },
);

export const addonOperations: Operations = {
  CreateAddon: create,
  ListAddons: operation(z.object({ ...listing, clusterName: z.string() }), (input, call) => {
    const cluster = permittedCluster(call, 'eks:ListAddons', input.clusterName);
    const { items, next } = pageOf(
      [...cluster.addons.keys()],
      input.maxResults,
      input.nextToken,
      call.state.settings,
    );
    return { addons: items, nextToken: next };
  }),
  DescribeAddon: operation(byName, (input, call) => {
    const { addon } = permittedAddon(call, 'DescribeAddon', input.clusterName, input.addonName);
    return { addon: describeAddon(call.state, input.clusterName, addon) };
  }),
  DeleteAddon: operation(byName.extend({ preserve: z.unknown().optional() }), (input, call) => {
    const { cluster, addon } = permittedAddon(call, 'DeleteAddon', input.clusterName, input.addonName);
    cluster.addons.delete(addon.addonName);
    return { addon: { ...describeAddon(call.state, input.clusterName, addon), status: 'DELETING' } };
  }),
  DescribeAddonVersions: operation(z.looseObject({ addonName: z.string().optional() }), (input, call) => {
    call.permit({ action: 'eks:DescribeAddonVersions', resource: '*' });
    const names = Object.keys(versions).filter((name) => (input.addonName ?? name) === name);
    const addons = names.map((addonName) => ({
      addonName,
      type: 'networking',
      owner: 'aws',
      publisher: 'eks',
      addonVersions: (versions[addonName] ?? []).map((addonVersion, index) => ({
        addonVersion,
        architecture: ['amd64', 'arm64'],
        compatibilities: [{ clusterVersion: '1.34', platformVersions: ['*'], defaultVersion: index === 0 }],
      })),
    }));
    return { addons };
  }),
};
