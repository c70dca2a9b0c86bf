/** What a run's verification says, check by check. */
import { expect } from '@jest/globals';
import { z } from 'zod';
import { ROLE_NAME } from './role.ts';
import { type Inputs, jsonOf, type Run, type Scene } from './scene.ts';

const schema = z.object({
  verified: z.boolean(),
  checks: z.array(
    z.object({
      controlPlane: z.string(),
      namespace: z.string(),
      check: z.string(),
      status: z.enum(['pass', 'fail', 'warn', 'unknown']),
      detail: z.string(),
    }),
  ),
});

export function verificationOf(run: Run): z.infer<typeof schema> {
  return schema.parse(jsonOf(run, 'verification'));
}

/** `controlPlane check: status` of every check that is not a pass, sorted. */
export function notPassed(run: Run): readonly string[] {
  return verificationOf(run)
    .checks.filter(({ status }) => status !== 'pass')
    .map(({ controlPlane, check, status }) => `${controlPlane} ${check}: ${status}`)
    .toSorted();
}

/** The detail of one check. */
export function detailOf(run: Run, controlPlane: string, check: string): string {
  const found = verificationOf(run).checks.find(
    (one) => one.controlPlane === controlPlane && one.check === check,
  );
  return found?.detail ?? `no check ${check} of ${controlPlane}`;
}

/** Names of the checks of one control plane, in order. */
export function checksOf(run: Run, controlPlane: string): readonly string[] {
  return verificationOf(run)
    .checks.filter((one) => one.controlPlane === controlPlane)
    .map(({ check }) => check);
}

/** Something that is broken by hand, and what verification says of it. */
export interface Breakage {
  readonly name: string;
  /** `controlPlane check: status` of every check that is not a pass then, and of no other. */
  readonly red: (scene: Scene) => readonly string[] | Promise<readonly string[]>;
  /** Breaks it, and gives the way to put it right. */
  readonly make: (scene: Scene) => Undo | Promise<Undo>;
  /** Parts of the details, by `controlPlane check`. */
  readonly says: (scene: Scene) => Readonly<Record<string, string>>;
  /** What else holds of the check. */
  readonly also?: (run: Run) => void;
}

export type Undo = () => unknown;

export interface Verifying {
  /** A check with the proof; it writes nothing. */
  readonly look: (more?: Inputs) => Promise<Run>;
  /** Breaks something, sees exactly its checks not pass, and puts it right. */
  readonly shows: (breakage: Breakage) => Promise<void>;
}

/** Checks with these inputs, which ask for the proof. */
export function useVerifying(scene: Scene, inputs: Inputs): Verifying {
  const look = async (more: Inputs = {}): Promise<Run> => {
    const run = await scene.succeed({ ...inputs, mode: 'check', ...more });
    expect(run.writes).toEqual([]);
    return run;
  };
  return {
    look,
    shows: async ({ red, make, says, also }) => {
      const undo = await make(scene);
      try {
        const run = await look();
        const expected = await red(scene);
        expect(notPassed(run)).toEqual(expected.toSorted());
        expect(verificationOf(run).verified).toBe(!expected.some((row) => /: (fail|unknown)$/.test(row)));
        for (const [row, text] of Object.entries(says(scene))) {
          const [controlPlane = '', check = ''] = row.split(' ');
          expect(detailOf(run, controlPlane, check)).toContain(text);
        }
        also?.(run);
      } finally {
        await undo();
      }
    },
  };
}

/** For a look without the proof. */
export const unproven = { 'prove-access': 'false', 'probe-secrets': '', 'probe-parameters': '' };

/** What the probes hold: it must be found nowhere. */
export const probed = { 'the secret': 'correct-horse-battery-staple', 'the parameter': 'e7c0ffee' };

/** The trust policy as it is now, and a way back to it. */
export function keepTrust({ world }: Scene): () => void {
  const document = world.aws.iam.role(ROLE_NAME)?.trustPolicy ?? '';
  return () => world.aws.iam.setTrustPolicy(ROLE_NAME, document);
}

/** Control planes of the verification's worlds. */
export const ONE_AND_TWO = [
  { group: 'team-a', name: 'one' },
  { group: 'team-a', name: 'two' },
] as const;

export const hostOf = ({ world }: Scene, name: 'one' | 'two'): string => world.hostNamespace('team-a', name);
