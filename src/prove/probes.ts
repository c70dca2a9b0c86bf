/** Named secrets and parameters, read with the proven credentials; what is read is never kept. */
import type { Finding } from '../model/evidence.ts';
import type { WorkloadSession, ReadResult } from '../model/ports.ts';
import { propagation, type Proving } from './proving.ts';
import { untilPropagated } from '../wait/until-propagated.ts';

interface Probe {
  readonly what: string;
  readonly read: () => Promise<ReadResult>;
}

/** The finding of the assumption with the reads added to it. */
export async function readProbes(
  proving: Proving,
  session: WorkloadSession,
  assumed: Finding,
): Promise<Finding> {
  const { secrets, parameters } = proving.proof;
  const probes: readonly Probe[] = [
    ...secrets.map((name) => ({
      what: `secret ${name}`,
      read: async () => await session.readSecret(name),
    })),
    ...parameters.map((name) => ({
      what: `parameter ${name}`,
      read: async () => await session.readParameter(name),
    })),
  ];
  const done: string[] = [];
  for (const { what, read } of probes) {
    const problem = problemOf(
      await untilPropagated(propagation(proving), read, ({ kind }) => kind !== 'refused'),
    );
    if (problem !== undefined) return { ...problem, detail: `${assumed.detail}; ${what}: ${problem.detail}` };
    done.push(what);
  }
  return done.length === 0
    ? assumed
    : { status: 'pass', detail: `${assumed.detail}; read ${done.join(', ')}` };
}

function problemOf(reading: ReadResult): Finding | undefined {
  switch (reading.kind) {
    case 'read':
      return undefined;
    case 'refused':
      return { status: 'fail', detail: `refused, ${reading.said}` };
    case 'missing':
      return { status: 'fail', detail: `there is nothing of this name (${reading.said})` };
    case 'unanswered':
      return { status: 'unknown', detail: `no answer, ${reading.said}` };
  }
}
