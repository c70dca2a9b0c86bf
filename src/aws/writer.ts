/** Implements the port that changes AWS. */
import type { AwsWriter, Clock, Log } from '../model/ports.ts';
import type { AwsClients } from './client/clients.ts';
import { createContext } from './client/request.ts';
import { createAddOn } from './write/add-ons.ts';
import { createAssociation, deleteAssociation, updateAssociation } from './write/associations.ts';
import { addAudience, createOidcProvider, deleteOidcProvider } from './write/oidc-providers.ts';
import { putInlinePolicy, putPermissionsBoundary, putTrustPolicy } from './write/role-policies.ts';
import { createRole, deleteRole, tagRole } from './write/roles.ts';

/** Only `apply` and `destroy` may make one. */
export function createAwsWriter(clients: AwsClients, log: Log, clock: Clock): AwsWriter {
  const aws = createContext(clients, log, clock);
  return {
    createOidcProvider: (spec) => createOidcProvider(aws, spec),
    addAudience: (arn, audience) => addAudience(aws, arn, audience),
    deleteOidcProvider: (arn) => deleteOidcProvider(aws, arn),
    createRole: (spec) => createRole(aws, spec),
    deleteRole: (name) => deleteRole(aws, name),
    tagRole: (name, tags) => tagRole(aws, name, tags),
    putPermissionsBoundary: (name, boundary) => putPermissionsBoundary(aws, name, boundary),
    putTrustPolicy: (name, document) => putTrustPolicy(aws, name, document),
    putInlinePolicy: (spec) => putInlinePolicy(aws, spec),
    createAddOn: (spec, timeoutMs) => createAddOn(aws, spec, timeoutMs),
    createAssociation: (spec) => createAssociation(aws, spec),
    updateAssociation: (spec) => updateAssociation(aws, spec),
    deleteAssociation: (spec) => deleteAssociation(aws, spec),
  };
}
