/** The table of inputs of `fleet/action.yml`, in its order; the file, types and defaults follow from it. */
import { z } from 'zod';
import { entries, type Form, listOf, matching, optionalForm, pairs } from '../config/forms.ts';
import { clusterNameGlobs } from '../config/globs.ts';
import type { InputRow } from '../config/inputs/definition.ts';
import { REGION, ROLE_ARN } from '../config/inputs/patterns.ts';
import { signInInputs } from '../config/inputs/sign-in.ts';
import type { InputTable } from '../config/table.ts';

/** The entries are not quoted: a list of roles may be kept as a secret. */
const roles: Form<readonly string[]> = z.string().transform((raw, context) => {
  const found = [...new Set(entries(raw))];
  for (const [index, entry] of found.entries()) {
    if (!ROLE_ARN.test(entry)) {
      const message = `ARNs of IAM roles, one a line or with commas between (entry ${index + 1} is none)`;
      context.addIssue({ code: 'custom', message });
    }
  }
  return found;
});

/** EKS user guide, "Tagging your Amazon EKS resources". Those of AWS itself (`aws:…`) may be asked for, too. */
const TAG_KEY = /^[\p{L}\p{N}\p{Z}_.:/+@-]{1,128}$/u;
const TAG_VALUE = /^[\p{L}\p{N}\p{Z}_.:/=+@-]{0,256}$/u;

/** Without a colon in the path, so that no ARN is taken for a name. */
const ROLE_NAME = /^(?=.{1,512}$)(?:[\w+=.@-]+\/)*[\w+=,.@-]{1,64}$/;

const REGIONS = 'regions such as `eu-central-1`, one a line or with commas between';

const fleetTable = {
  regions: {
    form: listOf(REGION, REGIONS).refine((found) => found.length > 0, REGIONS),
    required: true,
    description: 'Regions to look in, one a line.',
  },
  'roles-to-assume': {
    form: roles,
    description:
      "ARNs of IAM roles to look with, one a line, one for each account, assumed with GitHub's OIDC token (needs `permissions: id-token: write`). Without them, the AWS credentials of the job's environment.",
    mayHoldSecret: true,
  },
  'cluster-tags': {
    form: pairs(TAG_KEY, TAG_VALUE, '`key=value` of letters, digits, blanks and `_.:/=+-@`'),
    description: 'Only clusters that have all of these tags, `key=value`, one a line. Without it, all.',
  },
  clusters: {
    form: clusterNameGlobs,
    description:
      'Only clusters whose name fits one of these globs (`*`, `?`, `[…]`, `{a,b}`; a leading `!` leaves out), one a line. Without it, all.',
  },
  'role-name-in-account': {
    form: optionalForm(
      matching(ROLE_NAME, 'the name of an IAM role, with its path if it has one: `ci/check`'),
    ),
    description:
      "Name of the IAM role that the later jobs assume, the same in each account, with its path if it has one (`ci/check`). Each entry's `role` is its ARN. Without it, the role that the cluster was found with.",
  },
  'role-session-name': signInInputs['role-session-name'],
  'role-duration': signInInputs['role-duration'],
  audience: signInInputs.audience,
} satisfies Readonly<Record<string, InputRow>>;

export type FleetInputName = keyof typeof fleetTable;

/** The value of every input, as its form understands it. */
export type FleetInputs = {
  readonly [Name in FleetInputName]: z.output<(typeof fleetTable)[Name]['form']>;
};

export const FLEET_INPUTS: InputTable<FleetInputs> = fleetTable;

export const FLEET_INPUT_NAMES = Object.keys(fleetTable).filter(
  (name): name is FleetInputName => name in fleetTable,
);
