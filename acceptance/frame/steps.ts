/** The steps of a run: what each does, and what undoes it. */

export interface Step {
  readonly name: string;
  readonly does: string;
  /** What undoes it, at the end or after a failure. */
  readonly undone: string;
}

export const STEPS = [
  {
    name: 'sign-in',
    does: 'asks AWS who it is',
    undone: 'nothing to undo',
  },
  {
    name: 'cluster',
    does: 'makes an EKS cluster (`--create`), or looks that the named one may be used',
    undone: 'the stack is deleted; a named cluster stays',
  },
  {
    name: 'enter',
    does: 'signs in to the API server, and makes a service account for this run',
    undone: 'the service account, its namespace and its binding are deleted',
  },
  {
    name: 'space',
    does: 'puts the stand-in of Spaces into the cluster: resources, chart, controller, two control planes',
    undone: 'control planes, release, resources and namespaces are deleted',
  },
  {
    name: 'secrets',
    does: 'makes secrets and parameters to read',
    undone: 'they are deleted, without the time in which they could be restored',
  },
  {
    name: 'jobs',
    does: 'makes a role for each mode and identity, with the published policy, and its access entry',
    undone: 'roles and access entries are deleted',
  },
  {
    name: 'scenes',
    does: 'runs every mode with either identity and each isolation',
    undone: '`destroy` is a part of it; what it may have left is deleted by its marks',
  },
  {
    name: 'moves',
    does: 'moves the Space from one identity and isolation to another, and on',
    undone: 'the same',
  },
  {
    name: 'facts',
    does: 'asks AWS what only it can tell, with roles, associations and pods of its own',
    undone: 'they are deleted',
  },
] as const satisfies readonly Step[];

export type StepName = (typeof STEPS)[number]['name'];

export interface StepRunner {
  /** Runs one step. Fails at once when the run was cancelled. */
  <T>(name: StepName, work: () => Promise<T>): Promise<T>;
}

export interface StepOptions {
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** Milliseconds. */
  readonly now: () => number;
  /** Called before each step: a test makes one fail. */
  readonly before?: (name: StepName) => void;
}

export function createStepRunner({ signal, log, now, before }: StepOptions): StepRunner {
  return async (name, work) => {
    signal.throwIfAborted();
    const step: Step | undefined = STEPS.find((one) => one.name === name);
    log(`step ${name}: ${step?.does ?? ''}`);
    const start = now();
    before?.(name);
    const result = await work();
    log(`step ${name}: done after ${((now() - start) / 1000).toFixed(1)} s`);
    return result;
  };
}
