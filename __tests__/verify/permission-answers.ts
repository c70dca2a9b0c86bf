/** Questions about the permissions of a role, and IAM's answers to them. */
import type { SimulatedAnswer, Simulation } from '../../src/model/evidence.ts';
import { commonAccess } from '../support/access.ts';
import { intent, ownedRole } from '../support/factories.ts';
import { ACCOUNT } from '../support/names.ts';
import { desiredOf } from '../support/world-of.ts';
import { asExpected, irsaWorld, soundRole } from './support.ts';

const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1`;
const wide = ownedRole({ parameterPrefixes: ['/prod/'], kmsKeyArns: [KEY] });
export const asked = intent({ role: wide });
export const policy = commonAccess(desiredOf(asked).grants);
export const parts = irsaWorld({ role: soundRole({ inlinePolicies: { ours: policy } }) });

/** IAM's answers as they should be, but for some. */
export function answering(
  change: (answer: SimulatedAnswer) => Partial<SimulatedAnswer>,
  by = asked,
  on = parts,
): { readonly simulation: Simulation } {
  const sound = asExpected(by, on);
  if (sound.kind !== 'simulated') throw new Error('no answers');
  const answers = sound.answers.map((answer) => ({ ...answer, ...change(answer) }));
  return { simulation: { ...sound, answers } };
}

export const when =
  (action: string, part: string, change: Partial<SimulatedAnswer>) => (answer: SimulatedAnswer) =>
    answer.action === action && answer.resource.includes(part) ? change : {};
