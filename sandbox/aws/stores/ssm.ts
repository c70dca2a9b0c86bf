/** GetParameter, GetParametersByPath, DescribeParameters and ListTagsForResource. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { operation, type Operations } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { resourceTags } from '../principal-policies.ts';
import { inRegion, parameterArn, permitStored, placeOf, type Stored } from './store.ts';

const describe = ({ name, arn, changedAt }: Stored) => ({
  Name: name,
  ARN: arn,
  Type: 'SecureString',
  Version: 1,
  DataType: 'text',
  LastModifiedDate: new Date(changedAt),
});

/** With its value; without decryption a SecureString comes as its ciphertext. */
function read(parameter: Stored, decrypt: boolean) {
  const ciphertext = Buffer.from(`ciphertext of ${parameter.arn}`).toString('base64');
  return { ...describe(parameter), Value: decrypt ? parameter.value : ciphertext };
}

const newParameter = z.looseObject({
  Name: z.string().min(1).max(2048),
  Value: z.string(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
});

export const ssmOperations: Operations = {
  PutParameter: operation(newParameter, (input, call) => {
    const { parameters } = call.state;
    const resource = parameterArn(placeOf(call), input.Name);
    permitStored(call, { action: 'ssm:PutParameter', resource });
    if (input.Tags.length > 0) permitStored(call, { action: 'ssm:AddTagsToResource', resource });
    const tags = Object.fromEntries(input.Tags.map(({ Key, Value }) => [Key, Value]));
    parameters.set(input.Name, input.Value, tags);
    return { Version: 1, Tier: 'Standard' };
  }),
  DeleteParameter: operation(z.looseObject({ Name: z.string().min(1) }), (input, call) => {
    const { parameters } = call.state;
    permitStored(call, { action: 'ssm:DeleteParameter', resource: parameterArn(placeOf(call), input.Name) });
    if (!parameters.entries.has(input.Name)) throw new ServiceError('ParameterNotFound', '', 400);
    parameters.delete(input.Name);
    return {};
  }),
  GetParameter: operation(
    z.looseObject({ Name: z.string().min(1).max(2048), WithDecryption: z.boolean().default(false) }),
    (input, call) => {
      const { state } = call;
      const name = input.Name.startsWith('arn:') ? input.Name : input.Name.replace(/:\w+$/, '');
      const fits = (one: Stored) => one.name === name || one.arn === name;
      const parameter = inRegion(state.parameters, call.region, fits);
      const resource = parameter?.arn ?? (name.startsWith('arn:') ? name : parameterArn(placeOf(call), name));
      permitStored(call, {
        action: 'ssm:GetParameter',
        resource,
        context: resourceTags(parameter?.tags ?? {}),
      });
      if (parameter === undefined) throw new ServiceError('ParameterNotFound', '', 400);
      return { Parameter: read(parameter, input.WithDecryption) };
    },
  ),
  ListTagsForResource: operation(
    z.looseObject({ ResourceType: z.literal('Parameter'), ResourceId: z.string().min(1) }),
    (input, call) => {
      const { ResourceId: name } = input;
      const parameter = inRegion(call.state.parameters, call.region, (one) => one.name === name);
      const resource = parameter?.arn ?? parameterArn(placeOf(call), name);
      const context = resourceTags(parameter?.tags ?? {});
      permitStored(call, { action: 'ssm:ListTagsForResource', resource, context });
      if (parameter === undefined) throw new ServiceError('InvalidResourceId', '', 400);
      return { TagList: Object.entries(parameter.tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  ),
  GetParametersByPath: operation(
    z.looseObject({
      Path: z.string().startsWith('/'),
      Recursive: z.boolean().default(false),
      WithDecryption: z.boolean().default(false),
      MaxResults: z.number().int().min(1).max(10).default(10),
      NextToken: z.string().optional(),
    }),
    (input, call) => {
      const path = input.Path.replace(/\/*$/, '');
      // Access is decided for the path alone; all below it is answered, whatever the policy says about children.
      const context = { 'ssm:Recursive': String(input.Recursive) };
      call.permit({ action: 'ssm:GetParametersByPath', resource: parameterArn(call.state, path), context });
      const below = [...call.state.parameters.entries.values()].filter(
        ({ name }) =>
          name.startsWith(`${path}/`) && (input.Recursive || !name.slice(path.length + 1).includes('/')),
      );
      const { items, next } = pageOf(below, input.MaxResults, input.NextToken, call.state.settings);
      return { Parameters: items.map((one) => read(one, input.WithDecryption)), NextToken: next };
    },
  ),
  DescribeParameters: operation(
    z.looseObject({
      MaxResults: z.number().int().min(1).max(50).default(50),
      NextToken: z.string().optional(),
    }),
    (input, call) => {
      call.permit({ action: 'ssm:DescribeParameters', resource: '*' });
      const all = [...call.state.parameters.entries.values()];
      const { items, next } = pageOf(all, input.MaxResults, input.NextToken, call.state.settings);
      return { Parameters: items.map(describe), NextToken: next };
    },
  ),
};
