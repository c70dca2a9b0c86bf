/** Implements the port that changes AWS. */
import type { AwsWriter, Clock, Log } from '../model/ports.ts';
import type { AwsClients } from './client/clients.ts';
import { createContext } from './client/request.ts';
import { createAddOn } from './write/add-ons.ts';
import type { WriteContext } from './write/lost-update.ts';
import { createAssociation, deleteAssociation, updateAssociation } from './write/associations.ts';
import { addAudience, createOidcProvider, deleteOidcProvider } from './write/oidc-providers.ts';
import { putInlinePolicy, putPermissionsBoundary, putTrustPolicy } from './write/role-policies.ts';
import { createRole, deleteRole, tagRole } from './write/roles.ts';

/** The writes to AWS. Only the modes `apply` and `destroy` may make one. */
export function createAwsWriter(clients: AwsClients, log: Log, clock: Clock): AwsWriter {
  // One writer has all writes of a run: it knows what a late read may still show.
  const aws: WriteContext = { ...createContext(clients, log, clock), overwritten: new Map() };
  return {
    createOidcProvider: (spec) => createOidcProvider(aws, spec),
    addAudience: (arn, audience) => addAudience(aws, arn, audience),
    deleteOidcProvider: (spec) => deleteOidcProvider(aws, spec),
    createRole: (spec) => createRole(aws, spec),
    deleteRole: (spec) => deleteRole(aws, spec),
    tagRole: (spec) => tagRole(aws, spec),
    putPermissionsBoundary: (spec) => putPermissionsBoundary(aws, spec),
    putTrustPolicy: (spec) => putTrustPolicy(aws, spec),
    putInlinePolicy: (spec) => putInlinePolicy(aws, spec),
    createAddOn: (spec, timeoutMs, onAccepted) => createAddOn(aws, spec, timeoutMs, onAccepted),
    createAssociation: (spec) => createAssociation(aws, spec),
    updateAssociation: (spec) => updateAssociation(aws, spec),
    deleteAssociation: (spec) => deleteAssociation(aws, spec),
  };
}
