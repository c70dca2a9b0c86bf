/** Answers of AWS that are not what they should be. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../../sandbox/aws/faults.ts';
import type { WireAnswer } from '../../../sandbox/aws/protocol/http.ts';
import { errorOf, type Inputs, namesOf, type Run, type Scene } from './scene.ts';

/** What AWS or the network do to the answers to one action. */
interface Kind {
  /** What comes in the place of an answer. The call itself has been carried out. */
  readonly bend?: (answer: WireAnswer) => WireAnswer | 'reset';
  /** How long an answer takes, in milliseconds. */
  readonly delayMs?: number;
  /** The error that a service answers with; unless `after`, nothing has been carried out. */
  readonly error?: (service: string) => Fault['error'];
  readonly moment?: 'after';
  /** Of the actions that a run has called, those that can come so. */
  readonly of?: RegExp;
}

/** The page of a proxy, or of a load balancer. */
const PAGE = '<html><head><title>Sorry</title></head><body>Something went wrong</body></html>';

const html = (status: number): WireAnswer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: PAGE,
});
const json = (body: string): WireAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body,
});

/** Says that it goes on, and lacks the marker to go on from, or whatever comes with it. */
const cutOff = ({ status, headers, body }: WireAnswer): WireAnswer => ({
  status,
  headers,
  body: body
    .replace('<IsTruncated>false', '<IsTruncated>true')
    .replace(/"associations":\[.*\]/, '"others":[]'),
});

/** The codes of a failure, and of too many calls, by service: EKS's own, and what IAM and STS say. */
const failed = (service: string): Fault['error'] =>
  service === 'eks'
    ? { code: 'ServerException', message: 'Internal server error', status: 500 }
    : { code: 'ServiceFailure', message: 'The request processing has failed', status: 500 };
const throttled = (service: string): Fault['error'] => ({
  code: service === 'eks' ? 'ThrottlingException' : 'Throttling',
  message: 'Rate exceeded',
  status: service === 'eks' ? 429 : 400,
});

/** What can come in the place of any answer. */
export const ANSWERS: Readonly<Record<string, Kind>> = {
  'no answer, the connection breaks off': { bend: () => 'reset' },
  'a page with status 503': { bend: () => html(503) },
  'a page with status 200': { bend: () => html(200) },
  'half of the answer': {
    bend: (answer) => ({ ...answer, body: answer.body.slice(0, answer.body.length / 2) }),
  },
  'an empty answer': { bend: (answer) => ({ ...answer, body: '' }) },
  'an answer to something else': { bend: () => json('{}'), of: /^eks:/ },
  'AWS fails': { error: failed },
  'AWS fails, after it was carried out': { error: failed, moment: 'after' },
  'too many calls': { error: throttled },
  'an answer after three seconds': { bend: (answer) => answer, delayMs: 3_000 },
};

/** Besides, of what reads. */
export const LISTS: Readonly<Record<string, Kind>> = {
  'a list that is cut off': { bend: cutOff, of: /:List|:Simulate/ },
};

const error = (code: string, message: string): Pick<Kind, 'error'> => ({
  error: () => ({ code, message, status: 409 }),
});
const CONCURRENT = error('ConcurrentModification', 'The request was rejected because of another one');
const EXISTS = error('EntityAlreadyExists', 'There is one of this name already');
const IN_USE = error('ResourceInUseException', 'The specified resource is in use');
const ATTACHED = error('DeleteConflict', 'Cannot delete entity, something is attached to it');

/** Besides, of what writes: others do the same at the same time, or seem to. */
export const CONFLICTS: Readonly<Record<string, Kind>> = {
  'others change it': { ...CONCURRENT, of: /^iam:/ },
  'others change it, after it was carried out': { ...CONCURRENT, moment: 'after', of: /^iam:/ },
  'it exists': { ...EXISTS, of: /^iam:Create/ },
  'it exists, after it was carried out': { ...EXISTS, moment: 'after', of: /^iam:Create/ },
  'it is in use': { ...IN_USE, of: /^eks:(Create|Delete|Update)/ },
  'it is in use, after it was carried out': { ...IN_USE, moment: 'after', of: /^eks:(Create|Delete|Update)/ },
  'something is attached': { ...ATTACHED, of: /^iam:Delete/ },
};

/** A run in which the first answers to one action, as many as `times`, come so. Throws when it does not call that action. */
export async function runWith(
  scene: Scene,
  inputs: Inputs,
  { action, kind, times }: { readonly action: string; readonly kind: Kind; readonly times: number },
): Promise<Run> {
  const { faults } = scene.world.aws;
  const [service = ''] = action.split(':');
  let left = times;
  if (kind.bend !== undefined) {
    faults.bend = async (name, answer) => {
      if (name !== action || left === 0) return await Promise.resolve(answer);
      left -= 1;
      await sleep(kind.delayMs ?? 0);
      return kind.bend?.(answer) ?? answer;
    };
  }
  if (kind.error !== undefined)
    faults.add({ action, times, error: kind.error(service), moment: kind.moment ?? 'before' });
  try {
    const run = await scene.run(inputs);
    if (!namesOf(run.calls).includes(action)) throw new Error(`${action} was not called:\n${run.log}`);
    return run;
  } finally {
    faults.clear();
  }
}

/** Actions that a run has called, by kind of call: those that can come so. */
export function actionsOf(run: Run | undefined, readOnly: boolean, { of = /./ }: Kind): readonly string[] {
  const names = (run?.calls ?? [])
    .filter((call) => call.readOnly === readOnly)
    .map(({ service, action }) => `${service}:${action}`);
  return [...new Set(names)].filter((name) => of.test(name));
}

/** In a few words, how a run ended; one that fails names what it tried, takes nothing for drift, and blames nobody's defect. */
export function endOf(run: Run): string {
  if (run.exitCode === 0) return run.outputs['verdict'] === 'unknown' ? 'unknown' : 'went through';
  const reason = run.outputs['failure-reason'] ?? '';
  const said = errorOf(run);
  if (['internal', 'drift', ''].includes(reason) || said.length < 40)
    throw new Error(`it failed with ${reason}:\n${run.log}`);
  return reason;
}
