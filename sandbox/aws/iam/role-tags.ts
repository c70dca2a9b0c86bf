/** Tags of roles: keys are compared without case, as IAM does. */
import { z } from 'zod';
import { operation, type Operations } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { requestTags } from '../principal-policies.ts';
import { checkTagKeys, checkTags, permittedRole, saveRole } from './access.ts';
import { withoutTags, withTags } from './tag-keys.ts';
import { paging, roleName, tagKeys, tagList, tagListOf, tagsOf, truncation } from './inputs.ts';

export const roleTagOperations: Operations = {
  ListRoleTags: operation(z.object({ ...paging, RoleName: roleName }), (input, call) => {
    const role = permittedRole(call, 'ListRoleTags', input.RoleName);
    const { items, next } = pageOf(tagListOf(role.tags), input.MaxItems, input.Marker, call.state.settings);
    return { Tags: items, ...truncation(next) };
  }),
  TagRole: operation(z.object({ RoleName: roleName, Tags: tagList }), (input, call) => {
    const added = tagsOf(input.Tags);
    const role = permittedRole(call, 'TagRole', input.RoleName, requestTags(added));
    checkTagKeys(input.Tags.map(({ Key }) => Key));
    const tags = withTags(role.tags, added);
    checkTags(tags, 'TagsPerRole');
    saveRole(call, { ...role, tags });
  }),
  UntagRole: operation(z.object({ RoleName: roleName, TagKeys: tagKeys }), (input, call) => {
    const role = permittedRole(call, 'UntagRole', input.RoleName, { 'aws:TagKeys': input.TagKeys });
    saveRole(call, { ...role, tags: withoutTags(role.tags, input.TagKeys) });
  }),
};
