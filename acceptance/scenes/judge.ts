/** Whether a run of the action went as it should, and what it shows of the facts. */
import { z } from 'zod';
import type { Place } from '../run-context.ts';
import type { Run } from './scene-context.ts';

export interface Expected {
  readonly verdict?: string;
  readonly changed?: string;
  readonly verified?: string;
  readonly restarted?: string;
  readonly drift?: string;
  /** The output `failure-reason` of a run that has to fail. */
  readonly reason?: string;
}

export interface Judged {
  /** `irsa/none: apply` */
  readonly name: string;
  readonly run: Run;
  readonly expected: Expected;
  /** Whether access was proven in it. */
  readonly probed: boolean;
}

/** What tells of a permission that the published files lack. */
const DENIED = /^.*(AccessDenied|not authorized|is forbidden|could not be read).*$/m;

/** What went wrong, in a sentence each. */
export async function judge(place: Place, judged: Judged): Promise<readonly string[]> {
  const { name, run, expected } = judged;
  const { reason = '', ...outputs } = expected;
  const seen = { reason: run.outputs['failure-reason'] ?? '', exitCode: run.exitCode };
  const problems = Object.entries({ ...outputs })
    .filter(([output, value]) => value !== undefined && run.outputs[output] !== value)
    .map(([output, value]) => `${name}: ${output} is ${run.outputs[output] ?? 'absent'}, not ${value}`);
  if (seen.reason !== reason || seen.exitCode !== (reason === '' ? 0 : 1))
    problems.push(`${name}: exit code ${seen.exitCode}, ${seen.reason || 'no failure'}: ${errorOf(run)}`);
  place.log(`${name}: ${problems.length === 0 ? 'as expected' : problems.join('; ')}`);
  seePermissions(place, judged);
  if (expected.restarted === '[]')
    place.facts.see(
      'second-apply-writes-nothing',
      run.outputs['changed'] === 'false',
      `${name}: changed ${run.outputs['changed'] ?? ''}`,
    );
  if (judged.probed) seeProofs(place, judged);
  await recordRun(place, judged);
  if (problems.length > 0) place.log(run.log);
  return problems;
}

const errorOf = ({ annotations }: Run): string =>
  annotations.find(({ level }) => level === 'error')?.message ?? '';

function seePermissions({ facts }: Place, { name, run }: Judged): void {
  const [denial] = DENIED.exec(run.log) ?? [];
  facts.see(
    'published-permissions',
    denial === undefined,
    denial === undefined ? 'nothing was refused' : `${name}: ${denial}`,
  );
}

const verificationSchema = z.object({
  checks: z.array(
    z.object({ controlPlane: z.string(), check: z.string(), status: z.string(), detail: z.string() }),
  ),
});

const PROOFS: ReadonlySet<string> = new Set(['access-proof', 'access-proof-negative', 'isolation']);

function seeProofs({ facts }: Place, { name, run }: Judged): void {
  const parsed = verificationSchema.safeParse(JSON.parse(run.outputs['verification'] ?? 'null'));
  const proofs = (parsed.data?.checks ?? []).filter(({ check }) => PROOFS.has(check));
  const bad = proofs.filter(({ status }) => status !== 'pass');
  const isProven = proofs.length > 0 && bad.length === 0;
  const text = isProven
    ? `${name}: ${proofs.length} proofs`
    : `${name}: ${bad.map(({ controlPlane, check, detail }) => `${check} of ${controlPlane}: ${detail}`).join('; ') || 'no proof'}`;
  facts.see('access-proven', isProven, text);
  facts.see('managed-key', isProven, text);
}

/** What it gave out, without its long files. */
async function recordRun({ recorder }: Place, { name, run }: Judged): Promise<void> {
  const { exitCode, outputs } = run;
  const kept = Object.fromEntries(Object.entries(outputs).filter(([output]) => !output.endsWith('-file')));
  await recorder.record(`runs/${name.replace(': ', '/').replaceAll(' ', '-')}`, { exitCode, outputs: kept });
}
