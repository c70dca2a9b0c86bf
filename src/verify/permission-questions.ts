/** What is asked about the role's permissions: reads under each prefix, a read outside, a write, and the keys. */
import type { Intent, OwnedRole } from '../model/config.ts';
import type { SimulationBatch } from '../model/evidence.ts';
import type { Cluster, Role } from '../model/world.ts';
import { parameterArn, secretArn } from '../policy/access.ts';
import { viaServiceSuffixes } from '../policy/arn.ts';

/** One question with the answer that it ought to have. */
export interface Expectation {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
  readonly expected: 'allowed' | 'refused';
  /** What it is about, in words: `under prod/`, `outside the prefixes`. */
  readonly where: string;
}

interface Store {
  readonly reads: readonly string[];
  /** The one whose answer is the value itself. */
  readonly value: string;
  readonly write: string;
  readonly prefixes: readonly string[];
  readonly arn: (cluster: Cluster, prefix: string) => string;
  /** What AWS appends to a name in its ARN. */
  readonly suffix: string;
}

const NAME = 'spaces-workload-identity-check';
/** IAM's simulator takes them all at once, but answers no more than so many at a time. */
const BATCH = 100;

function stores(role: Pick<OwnedRole, 'secretPrefixes' | 'parameterPrefixes'>): readonly Store[] {
  return [
    {
      reads: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      value: 'secretsmanager:GetSecretValue',
      write: 'secretsmanager:PutSecretValue',
      prefixes: role.secretPrefixes,
      arn: secretArn,
      suffix: '-AbCdEf',
    },
    {
      reads: ['ssm:GetParameter', 'ssm:ListTagsForResource'],
      value: 'ssm:GetParameter',
      write: 'ssm:PutParameter',
      prefixes: role.parameterPrefixes,
      arn: parameterArn,
      suffix: '',
    },
  ];
}

export function expectations({ role }: Intent, cluster: Cluster, there: Role): readonly Expectation[] {
  if (role.kind === 'owned') {
    return [
      ...stores(role).flatMap((store) => storeExpectations(store, cluster, 'outside the prefixes')),
      ...keyExpectations(role, cluster),
    ];
  }
  // A role made elsewhere comes without prefixes: its own grants have to be in force, and what it may do beyond is told.
  const none = { secretPrefixes: [], parameterPrefixes: [] };
  return stores(none).flatMap((store) => [
    ...grantExpectations(store, there),
    ...storeExpectations(store, cluster, 'of any name'),
  ]);
}

function storeExpectations(store: Store, cluster: Cluster, beyond: string): readonly Expectation[] {
  const { reads, value, write, prefixes } = store;
  const sample = (prefix: string) => store.arn(cluster, `${prefix}${NAME}${store.suffix}`).replace(/\*$/, '');
  const start = stranger(prefixes);
  const context = {};
  const refused = (action: string, resource: string, where: string): Expectation => ({
    action,
    resource,
    context,
    where,
    expected: 'refused',
  });
  return [
    ...prefixes.flatMap((prefix) => [
      ...reads.map((action): Expectation => {
        const where = `under ${prefix}`;
        return { action, resource: sample(prefix), context, where, expected: 'allowed' };
      }),
      refused(write, sample(prefix), `under ${prefix}`),
    ]),
    ...(start === undefined ? [] : [value, write].map((action) => refused(action, sample(start), beyond))),
  ];
}

/** A beginning that none of the prefixes covers; undefined when they cover everything. */
function stranger(prefixes: readonly string[]): string | undefined {
  const covers = (name: string) => prefixes.some((prefix) => name.startsWith(prefix.replace(/^\//, '')));
  return ['', 'x-', 'q-', '0-', 'z9-'].find((start) => !covers(`${start}${NAME}`));
}

/** What the role's inline policies name of this store, with a name in place of each wildcard. */
function grantExpectations({ value }: Store, { inlinePolicies }: Role): readonly Expectation[] {
  const service = `:${value.split(':')[0]}:`;
  const patterns = Object.values(inlinePolicies)
    .flatMap((document) => document.Statement)
    .filter(({ Effect, Action = [] }) => Effect === 'Allow' && [Action].flat().includes(value))
    .flatMap(({ Resource = [] }) => [Resource].flat())
    .filter((pattern) => pattern.includes(service) && !pattern.includes('${'));
  return [...new Set(patterns)].map((pattern) => ({
    action: value,
    resource: pattern.replaceAll('*', NAME).replaceAll('?', 'A'),
    context: {},
    expected: 'allowed',
    where: `as ${pattern} says`,
  }));
}

function keyExpectations(
  {
    kmsKeyArns,
    secretPrefixes,
    parameterPrefixes,
  }: Pick<OwnedRole, 'kmsKeyArns' | 'secretPrefixes' | 'parameterPrefixes'>,
  cluster: Cluster,
): readonly Expectation[] {
  const services = [
    ...(secretPrefixes.length > 0 ? ['secretsmanager'] : []),
    ...(parameterPrefixes.length > 0 ? ['ssm'] : []),
  ];
  const [suffix] = viaServiceSuffixes(cluster.partition);
  return services.flatMap((service) =>
    kmsKeyArns.map((resource) => ({
      action: 'kms:Decrypt',
      resource,
      context: { 'kms:ViaService': `${service}.${cluster.region}.${suffix}` },
      expected: 'allowed' as const,
      where: `through ${service}`,
    })),
  );
}

/** As few calls as will do: one for each service, and one for each way to a key. */
export function batches(asked: readonly Expectation[]): readonly SimulationBatch[] {
  const groups = Map.groupBy(
    asked,
    ({ action, context }) => `${action.split(':')[0]} ${JSON.stringify(context)}`,
  );
  return [...groups.values()].flatMap((group) => {
    const actions = [...new Set(group.map(({ action }) => action))];
    const resources = [...new Set(group.map(({ resource }) => resource))];
    // The same for all of a group.
    const context = Object.fromEntries(group.flatMap((one) => Object.entries(one.context)));
    const starts = Array.from({ length: Math.ceil(resources.length / BATCH) }, (_, n) => n * BATCH);
    return starts.map((start) => ({ actions, resources: resources.slice(start, start + BATCH), context }));
  });
}

/** Whether a role grants anything at all. */
export function hasPolicies({ inlinePolicies, attachedPolicies }: Role): boolean {
  return Object.keys(inlinePolicies).length + attachedPolicies.length > 0;
}
