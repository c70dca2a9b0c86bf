/** A whole run: all steps, whatever comes of them all clean-ups, and the report. */
import { createStepRunner } from './frame/steps.ts';
import type { StepName } from './frame/steps.ts';
import type { Leftover, Lived } from './frame/clean-ups.ts';
import type { Sight } from './frame/observations.ts';
import type { FactId } from './facts/index.ts';
import { agentIsOurs } from './make/cluster-things.ts';
import { sweep } from './make/marked.ts';
import { seeFacts } from './probes/index.ts';
import { playMoves } from './scenes/moves.ts';
import { inputsOf, nameOf, SCENES } from './scenes/scene.ts';
import type { Scene } from './scenes/scene.ts';
import { playScene } from './scenes/scenes.ts';
import { Rights, runJob } from './scenes/scene-context.ts';
import type { SceneContext } from './scenes/scene-context.ts';
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
  readonly facts: readonly Sight<FactId>[];
  readonly left: readonly Leftover[];
  readonly lived: readonly Lived[];
}

export async function runAcceptance(stage: RunContext, options: RunOptions = {}): Promise<Result> {
  const problems: string[] = [];
  let failure: string | undefined;
  try {
    await playAll(stage, options, problems);
  } catch (error) {
    failure = stage.signal.aborted ? 'cancelled' : describe(error);
    stage.log(`ended: ${failure}`);
  }
  const left = await (options.keep === true ? stage.cleanUps.keep() : stage.cleanUps.run(stage.log));
  const facts = stage.facts.report();
  await stage.recorder.record('facts', facts);
  return { problems, failure, facts, left, lived: stage.cleanUps.lived };
}

async function playAll(stage: RunContext, options: RunOptions, problems: string[]): Promise<void> {
  const step = createStepRunner({ ...stage, now: () => performance.now(), ...options });
  const caller = await step('sign-in', () => signIn(stage));
  const place = await step('cluster', () => haveCluster(stage, caller));
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
      await playOn(context, nameOf(scene), () => playScene(context, scene), problems);
  });
  await step('moves', () => playOn(context, 'moves', () => playMoves(context), problems));
  await rights.takeAll();
  await step('facts', () => seeFacts(context));
}

/** What fails in the middle must not keep the rest from being seen: it is taken away, and the run goes on. */
async function playOn(
  context: SceneContext,
  name: string,
  play: () => Promise<readonly string[]>,
  problems: string[],
): Promise<void> {
  const { place } = context;
  try {
    problems.push(...(await play()));
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
