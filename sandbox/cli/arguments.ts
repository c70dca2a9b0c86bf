/** The command line of the sandbox. */
import { parseArgs } from 'node:util';
import type { WorldOptions } from '../world.ts';

export const usage = `Usage: npm run sandbox -- up [options]

  --control-planes N     how many (3)
  --groups N             over how many groups (2)
  --agent WHAT           what provides the Pod Identity Agent: none, addon, daemonset, auto-mode (none)
  --spaces-version V     1.16.2 or 1.17.1 (1.17.1)
  --rbac FILE            manifests for the group spaces-workload-identity, in place of cluster-admin
  --runner-policy FILE   IAM policy of the job's role, in place of a broad one
  --dir DIR              state directory, kept at the end (a temporary one)
  --verbose              show every call on AWS, GitHub and the webhooks
`;

export interface Arguments {
  readonly world: Pick<WorldOptions, 'controlPlanes' | 'groups' | 'agent' | 'spacesVersion' | 'dir'>;
  readonly rbacFile: string | undefined;
  readonly runnerPolicyFile: string | undefined;
  readonly verbose: boolean;
}

const agents = ['none', 'addon', 'daemonset', 'auto-mode'] as const;
const versions = ['1.16.2', '1.17.1'] as const;

/** Reads the command line. Fails with what is wrong about it. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'control-planes': { type: 'string', default: '3' },
      groups: { type: 'string', default: '2' },
      agent: { type: 'string', default: 'none' },
      'spaces-version': { type: 'string', default: '1.17.1' },
      rbac: { type: 'string' },
      'runner-policy': { type: 'string' },
      dir: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  });
  if (positionals.length !== 1 || positionals[0] !== 'up') throw new Error('The one command is "up".');
  return {
    world: {
      controlPlanes: count('--control-planes', values['control-planes'], 0),
      groups: count('--groups', values.groups, 1),
      agent: oneOf('--agent', values.agent, agents),
      spacesVersion: oneOf('--spaces-version', values['spaces-version'], versions),
      ...(values.dir === undefined ? {} : { dir: values.dir }),
    },
    rbacFile: values.rbac,
    runnerPolicyFile: values['runner-policy'],
    verbose: values.verbose,
  };
}

function count(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`${name} takes a number from ${least}, not "${text}".`);
  return value;
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === text);
  if (found === undefined) throw new Error(`${name} takes ${allowed.join(', ')}, not "${text}".`);
  return found;
}
