/** What AWS refuses of an ARN by its form alone: another partition than that of the region, a key of another region. */
import { entries } from './forms.ts';
import type { InputName } from './inputs/index.ts';

/** Partitions by the names of their regions (partitions.json of the AWS SDKs): a longer pattern before what it begins with. */
const PARTITIONS: readonly (readonly [RegExp, string])[] = [
  [/^cn-/, 'aws-cn'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^us-iso-/, 'aws-iso'],
  [/^us-isob-/, 'aws-iso-b'],
  [/^eu-isoe-/, 'aws-iso-e'],
  [/^us-isof-/, 'aws-iso-f'],
  [/^eusc-/, 'aws-eusc'],
  [/^(us|eu|ap|sa|ca|me|af|il|mx)-/, 'aws'],
];

/** The partition of a region; undefined for one of a kind that is not known here. */
export function partitionOf(region: string): string | undefined {
  return PARTITIONS.find(([pattern]) => pattern.test(region))?.[1];
}

/** The inputs that name ARNs. */
const ARNS: readonly InputName[] = [
  'role-to-assume',
  'role-arn',
  'permissions-boundary',
  'assume-roles',
  'target-role-arn',
  'kms-key-arns',
];
const ARN = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):/;

/** No credentials, trust or grant reaches from one partition into another. */
export function foreignPartitions(text: (name: InputName) => string): readonly string[] {
  const region = text('aws-region').trim();
  const ours = partitionOf(region);
  if (ours === undefined) return [];
  return ARNS.flatMap((name) => {
    const others = new Set(entries(text(name)).map((arn) => ARN.exec(arn)?.[1] ?? ours));
    others.delete(ours);
    return [...others].map(
      (partition) =>
        `\`${name}\` is of partition \`${partition}\`, but region \`${region}\` is of \`${ours}\`: nothing reaches from one into the other.`,
    );
  });
}

/** Secrets Manager and SSM encrypt with keys of their own region; one that is in several has an ARN in each. */
export function foreignKeys(text: (name: InputName) => string): readonly string[] {
  const region = text('aws-region').trim();
  const regions = entries(text('kms-key-arns')).map((arn) => ARN.exec(arn)?.[3] ?? region);
  const others = [...new Set(regions)].filter((other) => other !== region);
  return others.map(
    (other) =>
      `\`kms-key-arns\` has a key of region \`${other}\`: secrets and parameters of \`${region}\` are encrypted with keys of that region.`,
  );
}
