/** Answers of AWS that are not what they should be. */
import type { WireAnswer } from '../../../sandbox/aws/protocol/http.ts';
import type { Inputs, Run, Scene } from './scene.ts';

/** The page of a proxy, or of a load balancer. */
const PAGE = '<html><head><title>Sorry</title></head><body>Something went wrong</body></html>';

const html = (status: number): WireAnswer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: PAGE,
});

/** By name, what comes in the place of an answer. The call itself has been carried out. */
export const KINDS: Readonly<Record<string, (answer: WireAnswer) => WireAnswer | 'reset'>> = {
  'no answer, the connection breaks off': () => 'reset',
  'a page with status 503': () => html(503),
  'a page with status 200': () => html(200),
  'half of the answer': (answer) => ({ ...answer, body: answer.body.slice(0, answer.body.length / 2) }),
  'an empty answer': (answer) => ({ ...answer, body: '' }),
};

export type Kind = keyof typeof KINDS;

/** A run in which the first answers to one action, as many as `times`, come so. */
export async function runWith(
  scene: Scene,
  inputs: Inputs,
  { action, kind, times }: { readonly action: string; readonly kind: Kind; readonly times: number },
): Promise<Run> {
  let left = times;
  const { faults } = scene.world.aws;
  faults.bend = async (name, answer) => {
    if (name !== action || left === 0) return await Promise.resolve(answer);
    left -= 1;
    return KINDS[kind]?.(answer) ?? answer;
  };
  try {
    return await scene.run(inputs);
  } finally {
    faults.bend = undefined;
  }
}
