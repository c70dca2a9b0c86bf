/** The commands that are typed while a world is up. */
import { formatCall } from '../aws/index.ts';
import type { World } from '../world.ts';

type Command = (world: World, args: readonly string[], print: (line: string) => void) => Promise<void> | void;

export const consoleHelp = `Commands while the world is up:
  run MODE IDENTITY [INPUT=VALUE ...]   run the built action, such as: run plan irsa
  add GROUP/NAME                        add a control plane
  remove GROUP/NAME                     delete a control plane
  writes                                show the calls that changed something in AWS, and forget them
  miss N                                let the next N pods pass without an identity
  help                                  show this
Ctrl-C ends everything.`;

const commands: Readonly<Record<string, Command>> = {
  help: (_world, _args, print) => {
    print(consoleHelp);
  },
  run: async (world, [mode = '', identity = '', ...more], print) => {
    const inputs = Object.fromEntries(more.map(splitPair));
    const result = await world.run({ ...inputs, mode, identity }, { onLine: print });
    print(`exit code ${result.exitCode}, post step ${result.postExitCode ?? 'none'}`);
    for (const [name, value] of Object.entries(result.outputs)) print(`  ${name}: ${shorten(value)}`);
    await result.dispose();
  },
  add: async (world, [name = ''], print) => {
    const [group, controlPlane] = splitName(name);
    await world.addControlPlane(group, controlPlane);
    print(`${name} is ready in ${world.hostNamespace(group, controlPlane)}`);
  },
  remove: async (world, [name = ''], print) => {
    await world.removeControlPlane(...splitName(name));
    print(`${name} is gone`);
  },
  writes: (world, _args, print) => {
    for (const call of world.aws.writes()) print(formatCall(call));
    world.aws.calls.splice(0);
  },
  miss: (world, [count = '1'], print) => {
    world.webhook.settings.missNext = Number(count);
    print(`the next ${count} pods get no identity`);
  },
};

/** Carries out one line that was typed while the world is up. Errors are printed, not thrown. */
export async function runCommand(world: World, line: string, print: (line: string) => void): Promise<void> {
  const [name = '', ...args] = line.trim().split(/\s+/);
  if (name === '') return;
  const command = commands[name];
  if (!command) {
    print(`There is no command "${name}".\n${consoleHelp}`);
    return;
  }
  try {
    await command(world, args, print);
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
  }
}

function splitPair(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  if (equals < 1) throw new Error(`An input is INPUT=VALUE, not "${pair}".`);
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}

function splitName(name: string): [string, string] {
  const [group = '', controlPlane = '', ...rest] = name.split('/');
  if (group === '' || controlPlane === '' || rest.length > 0)
    throw new Error('A control plane is GROUP/NAME.');
  return [group, controlPlane];
}

function shorten(value: string): string {
  const line = value.replaceAll('\n', '\\n');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
