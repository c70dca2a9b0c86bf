/** Secrets and parameters to read, as a run makes and removes them. */
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  paginateListSecrets,
} from '@aws-sdk/client-secrets-manager';
import { DeleteParameterCommand, paginateDescribeParameters, PutParameterCommand } from '@aws-sdk/client-ssm';
import type { CleanUp } from '../frame/clean-ups.ts';
import type { Place } from '../run-context.ts';
import { goneIsFine } from './gone.ts';
import { MARK } from './names.ts';

/** No secret at all: it may be in a log. */
const VALUE = 'only-for-acceptance';

export async function makeSecret(place: Place, name: string): Promise<void> {
  place.cleanUps.add(secretCleanUp(place, name));
  await place.aws.secrets.send(
    new CreateSecretCommand({
      Name: name,
      SecretString: VALUE,
      Tags: [{ Key: MARK, Value: place.clusterName }],
    }),
  );
}

/** A `SecureString` under AWS's own key. */
export async function makeParameter(place: Place, name: string): Promise<void> {
  place.cleanUps.add(parameterCleanUp(place, name));
  await place.aws.ssm.send(
    new PutParameterCommand({
      Name: name,
      Value: VALUE,
      Type: 'SecureString',
      Tags: [{ Key: MARK, Value: place.clusterName }],
    }),
  );
}

export function secretCleanUp({ aws }: Pick<Place, 'aws'>, name: string): CleanUp {
  return {
    what: `secret ${name}`,
    byHand: `aws secretsmanager delete-secret --secret-id ${name} --force-delete-without-recovery`,
    undo: () =>
      goneIsFine(
        aws.secrets.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true })),
      ),
  };
}

export function parameterCleanUp({ aws }: Pick<Place, 'aws'>, name: string): CleanUp {
  return {
    what: `parameter ${name}`,
    byHand: `aws ssm delete-parameter --name ${name}`,
    undo: () => goneIsFine(aws.ssm.send(new DeleteParameterCommand({ Name: name }))),
  };
}

type Looking = Pick<Place, 'aws' | 'names'>;

export async function markedSecrets({ aws, names }: Looking): Promise<readonly string[]> {
  const found: string[] = [];
  const filter = { Filters: [{ Key: 'name' as const, Values: [names.secrets] }] };
  for await (const { SecretList: list = [] } of paginateListSecrets({ client: aws.secrets }, filter))
    found.push(...list.map(({ Name = '' }) => Name));
  return found.filter((name) => name.startsWith(names.secrets));
}

export async function markedParameters({ aws, names }: Looking): Promise<readonly string[]> {
  const found: string[] = [];
  const filter = {
    ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: [names.parameters] }],
  };
  for await (const { Parameters: list = [] } of paginateDescribeParameters({ client: aws.ssm }, filter))
    found.push(...list.map(({ Name = '' }) => Name));
  return found.filter((name) => name.startsWith(names.parameters));
}
