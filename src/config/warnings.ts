/** What is allowed and yet probably not meant: said in every plan. */
import type { Inputs } from './inputs/index.ts';

/** The characters that names of secrets and parameters are divided by. */
const ENDS_IN_DELIMITER = /[/\-_.:+=@!]$/;

/** The warnings about the inputs, in words. `destroy` reads no prefixes. */
export function inputWarnings(inputs: Inputs): readonly string[] {
  if (inputs.mode === 'destroy') return [];
  const lists = ['secret-prefixes', 'parameter-prefixes'] as const;
  const prefixes = lists.flatMap((name) => [
    ...(name === 'parameter-prefixes' && inputs[name].includes('/') ? [EVERY_PARAMETER] : []),
    ...inputs[name].filter((prefix) => !ENDS_IN_DELIMITER.test(prefix)).map((prefix) => open(name, prefix)),
  ]);
  const isUnused = inputs['target-role-arn'] !== undefined && inputs['assume-roles'].length > 0;
  return [...prefixes, ...(isUnused ? [FROM_TARGET] : [])];
}

const EVERY_PARAMETER =
  '`parameter-prefixes: /` lets the role read every parameter of the account in this region';

const FROM_TARGET =
  '`assume-roles` beside `target-role-arn`: stores go on from the target role, whose own policy has to allow it';

function open(name: string, prefix: string): string {
  return `\`${name}\`: \`${prefix}\` has no delimiter at its end, so it also covers names such as \`${prefix}x\`; write \`${prefix}/\` where that is not meant`;
}
