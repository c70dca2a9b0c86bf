/** What a write makes of an association's settings, as EKS does it. */
import type { Association } from '../../src/model/world.ts';
import type { CreateAssociation, UpdateAssociation } from '../../src/model/write.ts';
import type { State } from './fake-state.ts';

type Roles = Pick<Association, 'roleArn' | 'targetRoleArn' | 'sessionPolicy'>;

export const isAs = (there: Roles, { roleArn, targetRoleArn, sessionPolicy }: Roles): boolean =>
  there.roleArn === roleArn &&
  there.targetRoleArn === targetRoleArn &&
  JSON.stringify(there.sessionPolicy) === JSON.stringify(sessionPolicy);

/** EKS makes an external id for each association that goes on. */
export function targetOf({
  namespace,
  targetRoleArn,
}: CreateAssociation | UpdateAssociation): Partial<Association> {
  return targetRoleArn === undefined ? {} : { targetRoleArn, externalId: `id-${namespace}` };
}

/** EKS takes one only with session tags off, and only so long. */
export function policyOf({
  sessionPolicy,
}: CreateAssociation | UpdateAssociation): Pick<Association, 'sessionPolicy'> {
  return sessionPolicy === undefined ? {} : { sessionPolicy };
}

/** Tags are not part of what an association gives: to set them is another call, which leaves the time alone. */
export function modified(
  state: State,
  there: Association,
  settings: Pick<Association, 'roleArn' | 'targetRoleArn' | 'sessionPolicy' | 'disableSessionTags'>,
): Partial<Association> {
  const isSame = isAs(there, settings) && there.disableSessionTags === settings.disableSessionTags;
  return isSame ? {} : { modifiedAt: state.clock.now() };
}
