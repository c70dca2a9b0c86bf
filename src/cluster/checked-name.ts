/** Names of service accounts and namespaces, before they become part of a path or a template. */
import { Failure } from '../model/failure.ts';

const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** The name itself; throws `invalid-input` for one that Kubernetes would not take. `what` says what it should name. */
export function checkedName(name: string, tried: string, what: string): string {
  if (NAME.test(name)) return name;
  throw new Failure('invalid-input', {
    tried,
    said: `"${name}" is no name of ${what}`,
    next: 'Set `service-account` to lower-case letters, digits, `-` and `.`.',
  });
}
