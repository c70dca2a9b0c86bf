/** The whole in-memory world behind the core's ports, with a record of every write and faults on request. */
import type { AwsWriter, Log, Readers, Writers } from '../../src/model/ports.ts';
import { awsActs, awsReader, refuse } from './fake-aws.ts';
import { helmActs, helmReader } from './fake-helm.ts';
import { kubernetesActs, kubernetesReader } from './fake-kubernetes.ts';
import type { State } from './fake-state.ts';

export interface Write {
  /** The port's method. */
  readonly call: string;
  readonly args: readonly unknown[];
}

/** The write of that number (from 1) throws, before or after it has taken effect. */
export interface Fault {
  readonly nth: number;
  readonly when: 'before' | 'after';
}

export interface FakeSpace {
  readonly state: State;
  readonly read: Readers;
  readonly write: Writers;
  readonly writes: Write[];
  readonly lines: string[];
  readonly warnings: string[];
  fault: Fault | undefined;
  /** Called before each write. */
  before: (write: Write) => void;
}

export function fakeSpace(
  state: State,
  shuffle: <T>(list: readonly T[]) => readonly T[] = (list) => list,
): FakeSpace {
  const lines: string[] = [];
  const warnings: string[] = [];
  const log: Log = {
    info: (line) => void lines.push(line),
    warning: (line) => void warnings.push(line),
    debug: () => undefined,
    group: async (title, body) => {
      lines.push(title);
      return await body();
    },
  };
  const aws = awsReader(state, shuffle);
  const kubernetes = kubernetesReader(state, shuffle);
  const read = { aws, kubernetes, helm: helmReader(state), proof: noProof, clock: state.clock, log };
  const writes: Write[] = [];
  const space: FakeSpace = {
    state,
    read,
    writes,
    lines,
    warnings,
    fault: undefined,
    before: () => undefined,
    write: recorded(state, async (write, act) => await attempt(space, write, act)),
  };
  return space;
}

const notAsked = async (): Promise<never> =>
  await Promise.reject(refuse('the proof of access was not asked for'));

/** Proofs are tested apart; here, nothing may take a token. */
const noProof: Readers['proof'] = {
  tokens: { withTokens: notAsked },
  aws: { assumeWithWebIdentity: notAsked, assumeForPodIdentity: notAsked },
};

async function attempt<T>(space: FakeSpace, write: Write, act: () => Promise<T>): Promise<T> {
  space.before(write);
  space.writes.push(write);
  const fault = space.fault?.nth === space.writes.length ? space.fault : undefined;
  if (fault?.when === 'before') throw refuse(`${write.call} failed as told`);
  const result = await act();
  if (fault?.when === 'after') throw refuse(`${write.call} failed as told, after it was done`);
  return result;
}

type Around = <T>(write: Write, act: () => Promise<T>) => Promise<T>;

function recorded(state: State, around: Around): Writers {
  const aws = awsActs(state);
  const kubernetes = kubernetesActs(state);
  const helm = helmActs(state);
  return {
    aws: recordedAws(aws, around),
    kubernetes: {
      restart: async (targets) =>
        await around({ call: 'restart', args: [targets] }, async () => await kubernetes.restart(targets)),
      annotate: async (targets, roleArn) =>
        await around(
          { call: 'annotate', args: [targets, roleArn] },
          async () => await kubernetes.annotate(targets, roleArn),
        ),
    },
    helm: {
      // It writes nothing but on the runner's disk.
      prepare: async (intent, deployed) => await helm.prepare(intent, deployed),
      upgrade: async (request) =>
        await around({ call: 'upgrade', args: [request] }, async () => await helm.upgrade(request)),
    },
  };
}

function recordedAws(aws: AwsWriter, around: Around): AwsWriter {
  const wrap =
    <A extends readonly unknown[], R>(call: string, act: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> =>
      await around({ call, args }, async () => await act(...args));
  return {
    createOidcProvider: wrap('createOidcProvider', async (...args) => await aws.createOidcProvider(...args)),
    addAudience: wrap('addAudience', async (...args) => await aws.addAudience(...args)),
    deleteOidcProvider: wrap('deleteOidcProvider', async (...args) => await aws.deleteOidcProvider(...args)),
    createRole: wrap('createRole', async (...args) => await aws.createRole(...args)),
    deleteRole: wrap('deleteRole', async (...args) => await aws.deleteRole(...args)),
    tagRole: wrap('tagRole', async (...args) => await aws.tagRole(...args)),
    putPermissionsBoundary: wrap(
      'putPermissionsBoundary',
      async (...args) => await aws.putPermissionsBoundary(...args),
    ),
    putTrustPolicy: wrap('putTrustPolicy', async (...args) => await aws.putTrustPolicy(...args)),
    putInlinePolicy: wrap('putInlinePolicy', async (...args) => await aws.putInlinePolicy(...args)),
    createAddOn: wrap('createAddOn', async (...args) => await aws.createAddOn(...args)),
    createAssociation: wrap('createAssociation', async (...args) => await aws.createAssociation(...args)),
    updateAssociation: wrap('updateAssociation', async (...args) => await aws.updateAssociation(...args)),
    deleteAssociation: wrap('deleteAssociation', async (...args) => await aws.deleteAssociation(...args)),
  };
}
