/** Implements the port that reads AWS. */
import type { AwsReader, Clock, Log } from '../model/ports.ts';
import type { AwsClients } from './client/clients.ts';
import { createContext, request } from './client/request.ts';
import { lookAtAddOn } from './read/add-ons.ts';
import { readAssociations, readOtherAssociations } from './read/associations.ts';
import { askCaller, CALLER } from './read/caller.ts';
import { readCluster } from './read/clusters.ts';
import { readOidcProvider } from './read/oidc-providers.ts';
import { readOtherRoles } from './read/other-roles.ts';
import { readRole, readTrustPolicyQuota } from './read/roles.ts';
import { simulate } from './read/simulation.ts';

/** All reading methods share one limit on concurrent calls. */
export function createAwsReader(clients: AwsClients, log: Log, clock: Clock): AwsReader {
  const aws = createContext(clients, log, clock);
  return {
    caller: () => request(CALLER, () => askCaller(clients.sts)),
    cluster: (name) => readCluster(aws, name),
    oidcProvider: (arn) => readOidcProvider(aws, arn),
    role: (name) => readRole(aws, name),
    trustPolicyQuota: () => readTrustPolicyQuota(aws),
    addOn: (clusterName, addOn) => lookAtAddOn(aws, clusterName, addOn),
    associations: (clusterName, serviceAccount) => readAssociations(aws, { clusterName, serviceAccount }),
    otherRoles: (query) => readOtherRoles(aws, query),
    otherAssociations: (clusterName, query) => readOtherAssociations(aws, clusterName, query),
    simulate: (roleArn, batches) => simulate(aws, roleArn, batches),
  };
}
