/** The table of inputs, in the order of action.yml, which is made from it; types, defaults and lists follow from it. */
import type { z } from 'zod';
import { basicInputs } from './basics.ts';
import { changeInputs } from './changes.ts';
import type { InputDefinition } from './definition.ts';
import { proofInputs } from './proof.ts';
import { releaseInputs } from './release.ts';
import { reportingInputs } from './reporting.ts';
import { roleInputs } from './role.ts';
import { selectionInputs } from './selection.ts';
import { signInInputs } from './sign-in.ts';
import { toolInputs } from './tools.ts';

const table = {
  ...basicInputs,
  ...signInInputs,
  ...roleInputs,
  ...selectionInputs,
  ...releaseInputs,
  ...changeInputs,
  ...proofInputs,
  ...reportingInputs,
  ...toolInputs,
};

export type InputName = keyof typeof table;

/** The value of every input, as its form understands it. */
export type Inputs = { readonly [Name in InputName]: z.output<(typeof table)[Name]['form']> };

export const INPUTS: { readonly [Name in InputName]: InputDefinition<Inputs[Name]> } = table;

export const INPUT_NAMES = Object.keys(table).filter((name): name is InputName => name in table);

export const SECRET_INPUTS = INPUT_NAMES.filter((name) => INPUTS[name].secret === true);

export const DIGEST_INPUTS = INPUT_NAMES.filter((name) => INPUTS[name].inDigest);

export const ROLE_SHAPING_INPUTS = INPUT_NAMES.filter((name) => INPUTS[name].shapesRole === true);

/** The default of each input that has one. Expressions are left out: the runner works them out before the action starts. */
export const DEFAULTS: Readonly<Record<string, string>> = Object.fromEntries(
  INPUT_NAMES.flatMap((name): readonly (readonly [string, string])[] => {
    const value = INPUTS[name].default;
    return value === undefined || value.startsWith('${{') ? [] : [[name, value]];
  }),
);
