/** The command line. */
import { parseArgs } from 'node:util';
import { nameOf, type Scene, SCENES } from './scenes/scene.ts';

export interface Options {
  readonly cluster: string;
  readonly region: string;
  /** Makes the cluster; else it has to be there. */
  readonly create: boolean;
  /** Leaves everything at the end. */
  readonly keep: boolean;
  /** Only removes what earlier runs have left. */
  readonly remove: boolean;
  /** Where the fixtures go. */
  readonly record: string | undefined;
  /** The role for GitHub's OIDC token. */
  readonly role: string | undefined;
  readonly scenes: readonly Scene[];
}

export const USAGE = `npm run acceptance -- --cluster NAME --region REGION [--create] [--keep] [--record DIR] [--role ARN] [--scenes LIST]
npm run acceptance -- --cluster NAME --region REGION --remove [--role ARN]

--create   make a small EKS cluster of that name, and delete it at the end; without it, the cluster is there and has
           the tag spaces-workload-identity-acceptance=true
--keep     leave everything as it is at the end
--record   write what was seen as JSON files, without account ids
--role     sign in with GitHub's OIDC token to this role; without it, as the SDK finds credentials
--scenes   only these, with commas: ${SCENES.map(nameOf).join(', ')}
--remove   run nothing: only remove what earlier runs on this cluster have left, and the cluster itself if a run made it`;

/** Names of EKS that are also short enough for the role's name: `NAME-shared-secrets` has at most 64 characters. */
const CLUSTER = /^[0-9A-Za-z][\w-]{0,48}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** Throws with what is wrong. */
export function readArguments(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cluster: { type: 'string', default: '' },
      region: { type: 'string', default: '' },
      create: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      remove: { type: 'boolean', default: false },
      record: { type: 'string' },
      role: { type: 'string' },
      scenes: { type: 'string' },
    },
  });
  const { cluster, region, create, keep, remove, record, role, scenes } = values;
  if (!CLUSTER.test(cluster)) throw new Error(`--cluster: a name of at most 49 characters, not "${cluster}"`);
  if (!REGION.test(region)) throw new Error(`--region: a region such as eu-central-1, not "${region}"`);
  if (remove && (create || keep)) throw new Error('--remove goes with neither --create nor --keep');
  return {
    cluster,
    region,
    create,
    keep,
    remove,
    record,
    role: role === '' ? undefined : role,
    scenes: scenesOf(scenes),
  };
}

function scenesOf(text: string | undefined): readonly Scene[] {
  if (text === undefined || text === '') return SCENES;
  return text.split(',').map((name) => {
    const found = SCENES.find((scene) => nameOf(scene) === name.trim());
    if (found === undefined)
      throw new Error(`--scenes: there is no ${name}; there are ${SCENES.map(nameOf).join(', ')}`);
    return found;
  });
}
