/** Finds roles that this action has made for a cluster under names that it is not told of. */
import { paginateListRoles } from '@aws-sdk/client-iam';
import { Failure, isFailureOf } from '../../model/failure.ts';
import type { LeftBehind, OtherRolesQuery } from '../../model/left-behind.ts';
import { differingTags } from '../../policy/tags.ts';
import { allItems } from '../client/all-items.ts';
import type { AwsContext } from '../client/request.ts';
import { decodePolicy } from './policy-document.ts';
import { type BareRole, readBareRole, readPolicies } from './roles.ts';

/** The most that IAM gives (API reference, `ListRoles`). */
const PAGE_SIZE = 1000;

/**
 * One ListRoles for each thousand roles of the account: it has the trust policies, and no tags. Only roles whose trust policy
 * speaks of the cluster are read for theirs. Whatever keeps the list or one of them from being read is told: nothing of a run rests
 * on it, but one that the job may not read could be ours.
 */
export async function readOtherRoles(
  aws: AwsContext,
  { except, trustHolds, tags }: OtherRolesQuery,
): Promise<Pick<LeftBehind, 'roles' | 'unread'>> {
  const call = { tried: 'list the roles of the account', action: 'iam:ListRoles', on: 'the account' };
  const pages = paginateListRoles({ client: aws.clients.iam, pageSize: PAGE_SIZE }, {});
  try {
    const listed = await allItems(call, pages, (page) => page.Roles);
    const names = listed.flatMap(({ RoleName: name, AssumeRolePolicyDocument: trust = '' }) =>
      name !== undefined && name !== except && holdsOneOf(trust, trustHolds) ? [name] : [],
    );
    const looks = await Promise.all(names.map((name) => aws.limit(() => lookAt(aws, name, tags))));
    const read = looks.filter((look) => typeof look !== 'string').flat();
    const unread = looks.find((look) => typeof look === 'string');
    const roles = await Promise.all(read.map((role) => readPolicies(aws, role)));
    return { roles, ...(unread !== undefined && { unread }) };
  } catch (error) {
    if (!(error instanceof Failure) || error.reason === 'cancelled') throw error;
    aws.log.debug(error.message);
    return { roles: [], unread: error.details.said };
  }
}

function holdsOneOf(trustPolicy: string, texts: readonly string[]): boolean {
  const json = decodePolicy(trustPolicy);
  return texts.some((text) => json.includes(text));
}

/** The role; an empty list when it has other tags or is gone; a text that says why the job may not read it. */
async function lookAt(
  aws: AwsContext,
  name: string,
  tags: OtherRolesQuery['tags'],
): Promise<readonly BareRole[] | string> {
  try {
    const role = await readBareRole(aws, name);
    const isTagged = role !== undefined && Object.keys(differingTags(tags, role.tags, 'iam')).length === 0;
    return isTagged ? [role] : [];
  } catch (error) {
    if (!isFailureOf(error, 'access-denied')) throw error;
    return error.details.said;
  }
}
