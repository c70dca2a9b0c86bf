/** The operations on access entries: who a principal is inside a cluster. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { operation, type Operations } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { existingCluster, listing, permittedCluster, tags } from './access.ts';

const byPrincipal = z.object({ clusterName: z.string(), principalArn: z.string().startsWith('arn:') });

const absent = (principalArn: string): ServiceError =>
  new ServiceError(
    'ResourceNotFoundException',
    `The specified principalArn could not be found. You can view your available access entries with 'list-access-entries': ${principalArn}`,
    404,
  );

export const accessEntryOperations: Operations = {
  CreateAccessEntry: operation(
    byPrincipal.extend({
      kubernetesGroups: z.array(z.string()).default([]),
      username: z.string().optional(),
      tags: tags.optional(),
      type: z.string().optional(),
      clientRequestToken: z.string().optional(),
    }),
    (input, call) => {
      const { clusterName, principalArn, kubernetesGroups: groups } = input;
      const { accessEntries } = permittedCluster(call, 'eks:CreateAccessEntry', clusterName);
      if (accessEntries.has(principalArn)) {
        const message = 'The specified access entry resource is already in use on this cluster.';
        throw new ServiceError('ResourceInUseException', message, 409);
      }
      const username = input.username ?? principalArn;
      accessEntries.set(principalArn, { username, groups });
      const accessEntry = { clusterName, principalArn, kubernetesGroups: groups, username };
      return { accessEntry: { ...accessEntry, tags: input.tags ?? {}, type: input.type ?? 'STANDARD' } };
    },
  ),
  ListAccessEntries: operation(z.object({ ...listing, clusterName: z.string() }), (input, call) => {
    const { accessEntries } = permittedCluster(call, 'eks:ListAccessEntries', input.clusterName);
    const all = [...accessEntries.keys()];
    const { items, next } = pageOf(all, input.maxResults, input.nextToken, call.state.settings);
    return { accessEntries: items, nextToken: next };
  }),
  DeleteAccessEntry: operation(byPrincipal, (input, call) => {
    const { clusterName, principalArn } = input;
    const resource = call.state.eks.arn(`access-entry/${clusterName}/*`);
    call.permit({ action: 'eks:DeleteAccessEntry', resource });
    if (!existingCluster(call, clusterName).accessEntries.delete(principalArn)) throw absent(principalArn);
    return {};
  }),
};
