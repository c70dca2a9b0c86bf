/** Which stage takes which changes, and when. */
import type { Change, Outcome, Outcomes } from '../model/change.ts';
import type { Stage, Step, Waves } from './context.ts';

export interface Turn {
  readonly stage: Stage;
  readonly changes: readonly Change[];
  /** With this turn a wave is over: all changes of the control planes that moved together. */
  readonly wave?: readonly Change[];
}

/** The smallest wave, in control planes. */
const SMALLEST = 5;
/** A wave is at most this part of all control planes that move: many waves take long, and large ones risk much. */
const PART = 1 / 20;

/** One after the other, in the order of the step. */
export function turnsOf(step: Step, changes: readonly Change[]): readonly Turn[] {
  if (!('inWaves' in step)) return [turn(step, changes)];
  const moving = hostsInAll(step, changes);
  const isMoving = ({ host }: Change): boolean => host !== undefined && moving.has(host.name);
  const resting = changes.filter((change) => !isMoving(change));
  return [
    ...step.inWaves.map((stage) => turn(stage, resting)),
    ...wavesOf([...moving]).flatMap((wave) => {
      const names = new Set(wave);
      const own = changes.filter(({ host }) => host !== undefined && names.has(host.name));
      const turns = step.inWaves.map((stage) => turn(stage, own));
      return turns.map((one, n) => (n === turns.length - 1 ? { ...one, wave: own } : one));
    }),
  ];
}

function turn(stage: Stage, changes: readonly Change[]): Turn {
  return { stage, changes: changes.filter((change) => stage.takes(change)) };
}

/** Names of the hosts with a change in each of the stages, in the order of the plan. */
function hostsInAll({ inWaves }: Waves, changes: readonly Change[]): ReadonlySet<string> {
  const [first = new Set<string>(), ...rest] = inWaves.map(
    (stage) => new Set(changes.flatMap((change) => (stage.takes(change) ? (change.host?.name ?? []) : []))),
  );
  return new Set([...first].filter((name) => rest.every((names) => names.has(name))));
}

function wavesOf(names: readonly string[]): readonly (readonly string[])[] {
  const size = Math.max(SMALLEST, Math.ceil(names.length * PART));
  const count = Math.ceil(names.length / size);
  return Array.from({ length: count }, (_, index) => names.slice(index * size, (index + 1) * size));
}

/** Whether a whole wave has failed: then something is wrong that the next one would meet too. */
export function isLost(wave: readonly Change[], outcomes: Outcomes): boolean {
  const hosts = [...Map.groupBy(wave, ({ host }) => host?.name).values()];
  const has = (status: Outcome['status']) => (changes: readonly Change[]) =>
    changes.some(({ address }) => outcomes.get(address)?.status === status);
  const tried = hosts.filter((changes) => has('failed')(changes) || !has('not-attempted')(changes));
  return tried.length >= SMALLEST && tried.every(has('failed'));
}
