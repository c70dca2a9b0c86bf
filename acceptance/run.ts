/** A whole run: all steps, whatever comes of them all clean-ups, and the report. */
import { createStepRunner, type StepName } from './frame/steps.ts';
import type { Leftover, Lived } from './frame/clean-ups.ts';
import type { FactResult } from './frame/observations.ts';
import type { FactId } from './facts/index.ts';
import { agentIsOurs } from './make/cluster-things.ts';
import { sweep } from './make/marked.ts';
import { seeFacts } from './probes/index.ts';
import { runMoves } from './scenes/moves.ts';
import { inputsOf, nameOf, type Scene, SCENES } from './scenes/scene.ts';
import { runScene } from './scenes/scenes.ts';
import { Rights, runJob, type SceneContext } from './scenes/scene-context.ts';
import type { Place, RunContext } from './run-context.ts';
import { enter } from './steps/enter.ts';
import { makeJobs } from './steps/jobs.ts';
import { haveCluster, signIn } from './steps/place.ts';
import { makeSecrets } from './steps/secrets.ts';
import { startSpace } from './steps/space.ts';

export interface RunOptions {
  /** Called before each step: a test makes one fail. */
  readonly before?: (name: StepName) => void;
  /** Leaves everything as it is at the end, and lists it. */
  readonly keep?: boolean;
  /** Of the scenes only these; all if not given. */
  readonly scenes?: readonly Scene[];
}

export interface Result {
  /** What did not go as it should. */
  readonly problems: readonly string[];
  /** What ended the run before its end, if something did. */
  readonly failure: string | undefined;
  readonly facts: readonly FactResult<FactId>[];
  readonly left: readonly Leftover[];
  readonly lived: readonly Lived[];
}

export async function runAcceptance(runContext: RunContext, options: RunOptions = {}): Promise<Result> {
  const problems: string[] = [];
  let failure: string | undefined;
  try {
    await runAll(runContext, options, problems);
  } catch (error) {
    failure = runContext.signal.aborted ? 'cancelled' : describe(error);
    runContext.log(`ended: ${failure}`);
  }
  const left = await (options.keep === true
    ? runContext.cleanUps.keep()
    : runContext.cleanUps.run(runContext.log));
  const facts = runContext.facts.report();
  await runContext.recorder.record('facts', facts);
  return { problems, failure, facts, left, lived: runContext.cleanUps.lived };
}

async function runAll(runContext: RunContext, options: RunOptions, problems: string[]): Promise<void> {
  const step = createStepRunner({ ...runContext, now: () => performance.now(), ...options });
  const caller = await step('sign-in', () => signIn(runContext));
  const place = await step('cluster', () => haveCluster(runContext, caller));
  const inside = await step('enter', () => enter(place));
  const space = await step('space', () => startSpace(place, inside));
  await step('secrets', () => makeSecrets(place));
  const jobs = await step('jobs', () => makeJobs(place));
  const [namespace = ''] = space.hosts.values();
  const rights = new Rights(inside.kubectl, namespace);
  const ownsAgent = await addSceneCleanUps(place, rights);
  const context: SceneContext = { place, inside, space, jobs, rights, ownsAgent };
  await step('scenes', async () => {
    for (const scene of options.scenes ?? SCENES)
      await runAndGoOn(context, nameOf(scene), () => runScene(context, scene), problems);
  });
  await step('moves', () => runAndGoOn(context, 'moves', () => runMoves(context), problems));
  await rights.takeAll();
  await step('facts', () => seeFacts(context));
}

/** What fails in the middle must not keep the rest from being seen: it is taken away, and the run goes on. */
async function runAndGoOn(
  context: SceneContext,
  name: string,
  body: () => Promise<readonly string[]>,
  problems: string[],
): Promise<void> {
  const { place } = context;
  try {
    problems.push(...(await body()));
  } catch (error) {
    place.signal.throwIfAborted();
    problems.push(`${name}: ${describe(error)}`);
    place.log(`${name}: ${describe(error)}`);
    const inputs = inputsOf({ identity: 'irsa', isolation: 'none' }, place);
    const { exitCode } = await runJob(context, { mode: 'destroy', identity: 'irsa', inputs });
    place.log(`${name}: destroy after that ended with exit code ${exitCode}`);
  }
}

/** Of what the action itself makes. Tells whether the agent's add-on is among it. */
async function addSceneCleanUps(place: Place, rights: Rights): Promise<boolean> {
  const { cleanUps } = place;
  const agent = await agentIsOurs(place);
  for (const cleanUp of agent) cleanUps.add(cleanUp);
  cleanUps.add(sweep(place));
  cleanUps.add({
    what: 'rights of the group in the cluster',
    byHand: 'kubectl delete --filename=permissions/rbac/',
    undo: () => rights.takeAll(),
  });
  return agent.length > 0;
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
