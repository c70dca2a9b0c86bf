/** Tags of roles: keys are compared without case, as IAM does. */
import { z } from 'zod';
import type { Operations } from '../operation.ts';
import { operation } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { requestTags } from '../principal-policies.ts';
import { checkTags, permittedRole, saveRole } from './access.ts';
import { paging, roleName, tagKeys, tagList, tagListOf, tagsOf, truncation } from './inputs.ts';

/** Tags without some keys. */
export function withoutKeys(tags: Record<string, string>, keys: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}

export const roleTagOperations: Operations = {
  ListRoleTags: operation(z.object({ ...paging, RoleName: roleName }), (input, call) => {
    const role = permittedRole(call, 'ListRoleTags', input.RoleName);
    const { items, next } = pageOf(tagListOf(role.tags), input.MaxItems, input.Marker);
    return { Tags: items, ...truncation(next) };
  }),
  TagRole: operation(z.object({ RoleName: roleName, Tags: tagList }), (input, call) => {
    const added = tagsOf(input.Tags);
    const role = permittedRole(call, 'TagRole', input.RoleName, requestTags(added));
    const tags = { ...role.tags, ...added };
    checkTags(tags, 'TagsPerRole');
    saveRole(call, { ...role, tags });
  }),
  UntagRole: operation(z.object({ RoleName: roleName, TagKeys: tagKeys }), (input, call) => {
    const role = permittedRole(call, 'UntagRole', input.RoleName, { 'aws:TagKeys': input.TagKeys });
    saveRole(call, { ...role, tags: withoutKeys(role.tags, input.TagKeys) });
  }),
};
