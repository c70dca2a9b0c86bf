/** What earlier inputs have left behind, another `role-name` or `service-account`: shown by `check`, removed by `destroy`. */
import type { Change } from '../model/change.ts';
import type { Planner } from '../model/desired.ts';
import type { LeftBehind } from '../model/left-behind.ts';
import type { Association, Role, World } from '../model/world.ts';
import { countOf } from '../model/count.ts';
import { associationName } from './association-owners.ts';
import { removalOf } from './associations.ts';
import { keeping, NOTHING } from './change-maker.ts';
import { isOurs } from '../desired/ownership.ts';
import { deletionOf } from './role.ts';

const HOW_TO_REMOVE = '`mode: destroy` removes it';

/** Reported, and left as it is: it may belong to another job for the same cluster. */
export const planLeftBehind: Planner = (_desired, world) => {
  const { leftBehind } = world;
  if (leftBehind === undefined) return NOTHING;
  const changes = [
    ...leftBehind.roles.map((role) => shownRole(role, leftBehind, world)),
    ...oursAmong(leftBehind, world).map((association) => shownAssociation(association)),
  ];
  return { changes, warnings: unread(leftBehind) };
};

export const removeLeftBehind: Planner = (_desired, world) => {
  const { leftBehind } = world;
  if (leftBehind === undefined) return NOTHING;
  const roles = leftBehind.roles.map((role) =>
    deletionOf(role, 'this action made it for this cluster, under another name', addressOfRole(role)),
  );
  const associations = oursAmong(leftBehind, world).map((association) =>
    removalOf(association, world.target, {
      id: `association/${association.namespace}`,
      address: addressOf(association),
      reason: 'this action made it for this cluster, for another service account',
      effect: 'pods of that service account are not restarted: what they hold runs out',
    }),
  );
  return {
    changes: [...roles.flatMap(({ changes }) => changes), ...associations],
    warnings: [...roles.flatMap(({ warnings }) => warnings ?? []), ...unread(leftBehind)],
  };
};

/** An add-on's are not ours, whatever their tags. */
function oursAmong({ associations }: LeftBehind, { target }: World): readonly Association[] {
  return associations.filter((association) => isOurs(association, target));
}

const addressOfRole = ({ arn }: Role): string => `role ${arn}`;

const addressOf = ({ namespace, serviceAccount }: Association): string =>
  `association/${namespace}/${serviceAccount}`;

function shownRole(role: Role, leftBehind: LeftBehind, world: World): Change {
  const reason = `this action made it for this cluster under another name, and ${usersOf(role, leftBehind, world)}; ${HOW_TO_REMOVE}`;
  return keeping({
    id: 'role',
    address: addressOfRole(role),
    target: role.arn,
    reason,
    before: { trustPolicy: role.trustPolicy, policies: Object.keys(role.inlinePolicies) },
    severity: 'security',
  });
}

/** Who has it, as far as it was looked at: an association, or a pod of the service account by IRSA. */
function usersOf({ arn }: Role, { associations }: LeftBehind, { hosts }: World): string {
  const isUsed = (host: World['hosts'][number]): boolean =>
    host.association?.roleArn === arn ||
    host.pods.some(({ irsaRoleArn }) => irsaRoleArn === arn) ||
    associations.some(({ namespace, roleArn }) => namespace === host.namespace && roleArn === arn);
  const users = hosts.filter(isUsed);
  return users.length === 0
    ? 'nothing here uses it'
    : `${countOf(users.length, 'host namespace')} still ${users.length === 1 ? 'uses' : 'use'} it`;
}

function shownAssociation(association: Association): Change {
  return keeping({
    id: `association/${association.namespace}`,
    address: addressOf(association),
    target: associationName(association),
    reason: `this action made it for this cluster, for another service account; ${HOW_TO_REMOVE}`,
    before: { roleArn: association.roleArn, tags: association.tags },
    severity: 'security',
  });
}

function unread({ unread: why }: LeftBehind): readonly string[] {
  return why === undefined
    ? []
    : [`roles that an earlier \`role-name\` may have left behind were not all looked at: ${why}`];
}
