/** The inputs of a step as the runner hands them over. */
import * as core from '@actions/core';

/** The text of an input, empty where there is none, with its line ends and blanks: the forms decide what counts. */
export function inputText(name: string): string {
  return core.getInput(name, { trimWhitespace: false });
}
