/** Which stage takes which changes, and when. */
import type { Change, Outcome, Outcomes } from '../model/change.ts';
import type { Stage, Step, Waves } from './context.ts';

export interface Turn {
  readonly stage: Stage;
  readonly changes: readonly Change[];
  /** With this turn a wave is over: all changes of the control planes that moved together. */
  readonly wave?: readonly Change[];
}

/** How many control planes are in a wave: a part of all, and at least so many. Many waves take long, and large ones risk much. */
interface Size {
  readonly least: number;
  readonly part: number;
}

/** For control planes whose pods can't renew their credentials between two stages. */
const MOVING: Size = { least: 5, part: 1 / 20 };
/** For control planes whose old pods run on until the new ones are ready: the cluster has to place this many new pods at once. */
const RESTING: Size = { least: 100, part: 1 / 5 };

/** The turns of a step, one after the other, in its order. In a step that goes in waves, the last stage is the one that restarts. */
export function turnsOf(step: Step, changes: readonly Change[]): readonly Turn[] {
  if (!('inWaves' in step)) return [turn(step, changes)];
  const moving = hostsInAll(step, changes);
  const isMoving = ({ host }: Change): boolean => host !== undefined && moving.has(host.name);
  const resting = changes.filter((change) => !isMoving(change));
  return [
    ...step.inWaves.flatMap((stage, n) =>
      n === step.inWaves.length - 1 ? wavesAtRest(turn(stage, resting)) : [turn(stage, resting)],
    ),
    ...wavesOf([...moving], MOVING).flatMap((wave) => {
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

/** Names of the hosts with a change in each of several stages, in the order of the plan: those are between two of them for a while. */
function hostsInAll({ inWaves }: Waves, changes: readonly Change[]): ReadonlySet<string> {
  if (inWaves.length < 2) return new Set();
  const [first = new Set<string>(), ...rest] = inWaves.map(
    (stage) => new Set(changes.flatMap((change) => (stage.takes(change) ? (change.host?.name ?? []) : []))),
  );
  return new Set([...first].filter((name) => rest.every((names) => names.has(name))));
}

function wavesOf<T>(all: readonly T[], { least, part }: Size): readonly (readonly T[])[] {
  const size = Math.max(least, Math.ceil(all.length * part));
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, index) => all.slice(index * size, (index + 1) * size));
}

/** After the last of them nobody is left to be kept from the same. */
function wavesAtRest({ stage, changes }: Turn): readonly Turn[] {
  const waves = wavesOf(changes, RESTING);
  if (waves.length < 2) return [{ stage, changes }];
  return waves.map((wave, n) => ({ stage, changes: wave, ...(n < waves.length - 1 && { wave }) }));
}

/** So many control planes at least, and this part of a wave: fewer may each have a fault of their own. */
const LOST = { least: 5, part: 9 / 10 };

/** Whether nearly all of a wave failed: then something is wrong that the next one would meet too. */
export function isLost(wave: readonly Change[], outcomes: Outcomes): boolean {
  const hosts = [...Map.groupBy(wave, ({ host }) => host?.name).values()];
  const has = (status: Outcome['status']) => (changes: readonly Change[]) =>
    changes.some(({ address }) => outcomes.get(address)?.status === status);
  const tried = hosts.filter((changes) => has('failed')(changes) || !has('not-attempted')(changes));
  const broken = tried.filter(has('failed'));
  return broken.length >= LOST.least && broken.length >= tried.length * LOST.part;
}
