/** Named secrets and parameters, read with the proven credentials; what is read is never kept. */
import type { Finding } from '../model/evidence.ts';
import type { ReadResult, WorkloadSession } from '../model/proof-ports.ts';
import { untilPropagated } from '../wait/until-propagated.ts';
import { type ProofContext, propagationOf } from './proof-context.ts';

interface Probe {
  readonly what: string;
  readonly read: () => Promise<ReadResult>;
}

/** The finding of the assumption with the reads added to it. */
export async function readProbes(
  context: ProofContext,
  session: WorkloadSession,
  assumed: Finding,
): Promise<Finding> {
  const { secrets, parameters } = context.proof;
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
    const problem = problemOf(await untilPropagated(propagationOf(context), read, isFinal));
    if (problem !== undefined) return { ...problem, detail: `${assumed.detail}; ${what}: ${problem.detail}` };
    done.push(what);
  }
  return done.length === 0
    ? assumed
    : { status: 'pass', detail: `${assumed.detail}; read ${done.join(', ')}` };
}

function isFinal({ kind }: ReadResult): boolean {
  return kind !== 'refused';
}

function problemOf(result: ReadResult): Finding | undefined {
  switch (result.kind) {
    case 'read':
      return undefined;
    case 'refused':
      return { status: 'fail', detail: `refused, ${result.said}` };
    case 'missing':
      return { status: 'fail', detail: `there is nothing of this name (${result.said})` };
    case 'unanswered':
      return { status: 'unknown', detail: `no answer, ${result.said}` };
  }
}
