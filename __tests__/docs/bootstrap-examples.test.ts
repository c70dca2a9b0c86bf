/** The roles that bootstrap/ makes let in the jobs of the examples: the subject of each is one that its role trusts. */
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { examples } from './workflow-files.ts';

/** Who is trusted, as ../scripts/bootstrap.test.ts finds in the templates. With an environment, nobody else applies. */
const TRUSTED = {
  plan: ['pull_request', 'branch'],
  check: ['branch'],
  apply: ['branch', 'environment'],
} as const;
const modeSchema = z.enum(['plan', 'check', 'apply']);

const schema = z.object({
  on: z.record(z.string(), z.unknown()),
  jobs: z.record(
    z.string(),
    z.object({
      environment: z.string().optional(),
      steps: z
        .array(
          z
            .object({ with: z.object({ 'role-to-assume': z.string().optional() }).loose().optional() })
            .loose(),
        )
        .default([]),
    }),
  ),
});

/** A job of an example, and the role of the bootstrap that it takes. */
interface Taken {
  readonly job: string;
  readonly mode: z.infer<typeof modeSchema>;
  readonly subjects: readonly string[];
}

const taken: readonly Taken[] = examples.flatMap(([path, text]) => {
  const { on, jobs } = schema.parse(parse(text));
  return Object.entries(jobs).flatMap(([name, { environment, steps }]) =>
    steps.flatMap((step): readonly Taken[] => {
      const role = /role\/space-prod-(\w+)$/.exec(step.with?.['role-to-assume'] ?? '')?.[1];
      const mode = modeSchema.safeParse(role).data;
      if (mode === undefined) return [];
      const subjects = Object.keys(on).map((event) => (event === 'pull_request' ? event : 'branch'));
      return [
        { job: `${path} ${name}`, mode, subjects: environment === undefined ? subjects : ['environment'] },
      ];
    }),
  );
});

test('each job has a subject that its role trusts', () => {
  expect(new Set(taken.map(({ mode }) => mode))).toEqual(new Set(['plan', 'check', 'apply']));
  const refused = taken.filter(({ mode, subjects }) => {
    const trusted: readonly string[] = TRUSTED[mode];
    return subjects.some((subject) => !trusted.includes(subject));
  });
  expect(refused).toEqual([]);
});
