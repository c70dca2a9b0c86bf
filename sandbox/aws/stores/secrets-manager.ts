/** GetSecretValue, DescribeSecret and ListSecrets. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { type Call, operation, type Operations } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { resourceTags } from '../principal-policies.ts';
import { inRegion, permitStored, placeOf, type Stored } from './store.ts';

/** Finds a secret by name, by ARN, or by ARN without the random characters, and authorises the action on it. */
function permittedSecret(call: Call, action: string, secretId: string): Stored {
  const { state } = call;
  const fits = ({ name, arn }: Stored) =>
    name === secretId || arn === secretId || arn.slice(0, -7) === secretId;
  const secret = inRegion(state.secrets, call.region, fits);
  const { partition, region, account } = placeOf(call);
  // AWS decides on access before it looks: an unknown name is asked for as any secret of that name.
  const unknown = secretId.startsWith('arn:')
    ? secretId
    : `arn:${partition}:secretsmanager:${region}:${account}:secret:${secretId}-??????`;
  const resource = secret?.arn ?? unknown;
  const context = { ...resourceTags(secret?.tags ?? {}), 'secretsmanager:SecretId': resource };
  permitStored(call, { action: `secretsmanager:${action}`, resource, context, shownAs: secretId });
  if (secret !== undefined) return secret;
  throw new ServiceError(
    'ResourceNotFoundException',
    "Secrets Manager can't find the specified secret.",
    400,
  );
}

const describe = ({ arn, name, changedAt, tags }: Stored) => ({
  ARN: arn,
  Name: name,
  LastChangedDate: new Date(changedAt),
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

const byId = z.looseObject({ SecretId: z.string().min(1).max(2048) });
const versionId = '00000000-0000-4000-8000-000000000001';

const newSecret = z.looseObject({
  Name: z.string().min(1).max(512),
  SecretString: z.string(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
});

export const secretsManagerOperations: Operations = {
  CreateSecret: operation(newSecret, (input, call) => {
    const { partition, region, account } = placeOf(call);
    const { secrets } = call.state;
    const resource = `arn:${partition}:secretsmanager:${region}:${account}:secret:${input.Name}`;
    permitStored(call, { action: 'secretsmanager:CreateSecret', resource });
    if (input.Tags.length > 0) permitStored(call, { action: 'secretsmanager:TagResource', resource });
    if (secrets.entries.has(input.Name))
      throw new ServiceError('ResourceExistsException', `The secret ${input.Name} already exists.`, 400);
    const tags = Object.fromEntries(input.Tags.map(({ Key, Value }) => [Key, Value]));
    const { arn, name } = secrets.set(input.Name, input.SecretString, tags);
    return { ARN: arn, Name: name, VersionId: versionId };
  }),
  DeleteSecret: operation(byId, (input, call) => {
    const { arn, name } = permittedSecret(call, 'DeleteSecret', input.SecretId);
    call.state.secrets.delete(name);
    return { ARN: arn, Name: name, DeletionDate: new Date(call.state.now()) };
  }),
  DescribeSecret: operation(byId, (input, call) => ({
    ...describe(permittedSecret(call, 'DescribeSecret', input.SecretId)),
    VersionIdsToStages: { [versionId]: ['AWSCURRENT'] },
  })),
  GetSecretValue: operation(byId, (input, call) => {
    const secret = permittedSecret(call, 'GetSecretValue', input.SecretId);
    return {
      ARN: secret.arn,
      Name: secret.name,
      SecretString: secret.value,
      VersionId: versionId,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(secret.changedAt),
    };
  }),
  ListSecrets: operation(
    z.looseObject({
      MaxResults: z.number().int().min(1).max(100).default(100),
      NextToken: z.string().optional(),
    }),
    (input, call) => {
      call.permit({ action: 'secretsmanager:ListSecrets', resource: '*' });
      const all = [...call.state.secrets.entries.values()].filter(
        ({ arn }) => arn.split(':')[3] === call.region,
      );
      const { items, next } = pageOf(all, input.MaxResults, input.NextToken, call.state.settings);
      return { SecretList: items.map(describe), NextToken: next };
    },
  ),
};
